package flac

// bits collects bits, most significant first.
type bits struct {
	out  []byte
	word uint64 // the low fill bits are not yet in out
	fill uint   // fewer than 8 between calls
}

func (b *bits) reset() { b.out, b.word, b.fill = b.out[:0], 0, 0 }

// put adds the low n bits of v, at most 56.
func (b *bits) put(v uint64, n uint) {
	b.word = b.word<<n | v&(1<<n-1)
	b.fill += n
	for b.fill >= 8 {
		b.fill -= 8
		b.out = append(b.out, byte(b.word>>b.fill))
	}
}

// rice adds a folded residual: its high part as that many zeros and a one, then k bits.
func (b *bits) rice(folded uint32, k uint) {
	high := uint(folded >> k)
	for ; high > 24; high -= 24 {
		b.put(0, 24)
	}
	b.put(1<<k|uint64(folded)&(1<<k-1), high+1+k)
}

// align fills the last byte with zeros.
func (b *bits) align() {
	if b.fill > 0 {
		b.put(0, 8-b.fill)
	}
}

// number adds n as UTF-8 would write it, up to 36 bits.
func (b *bits) number(n uint64) {
	if n < 0x80 {
		b.put(n, 8)
		return
	}
	more := uint(1) // bytes after the first
	for n >= 1<<(6*more+6-more) {
		more++
	}
	b.put(0xFF<<(7-more)&0xFF|n>>(6*more), 8)
	for ; more > 0; more-- {
		b.put(0x80|n>>(6*(more-1))&0x3F, 8)
	}
}

// crc8 is of polynomial 0x07, crc16 of 0x8005, both from zero, most significant bit first.
func crc8(data []byte) (sum byte) {
	for _, b := range data {
		sum = crcTables.eight[sum^b]
	}
	return sum
}

func crc16(data []byte) (sum uint16) {
	for _, b := range data {
		sum = sum<<8 ^ crcTables.sixteen[byte(sum>>8)^b]
	}
	return sum
}

var crcTables = func() (t struct {
	eight   [256]byte
	sixteen [256]uint16
}) {
	for i := range 256 {
		a, b := byte(i), uint16(i)<<8
		for range 8 {
			topA, topB := a>>7, b>>15
			a, b = a<<1, b<<1
			if topA == 1 {
				a ^= 0x07
			}
			if topB == 1 {
				b ^= 0x8005
			}
		}
		t.eight[i], t.sixteen[i] = a, b
	}
	return t
}()
