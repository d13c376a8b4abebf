package flac

const (
	sampleBits = 16
	// maxNumber is where frame numbers begin again: they have 31 bits, which last
	// for 497 days of blocks of 20 ms.
	maxNumber = 1<<31 - 1
)

// How a frame holds two channels.
const (
	leftRight = 1
	leftSide  = 8
	sideRight = 9
	midSide   = 10
)

// framer makes frames of 16-bit stereo.
type framer struct {
	bits      bits
	predictor predictor
	channels  [4]channel // left, right, mid, side
}

// Places in framer.channels.
const (
	left, right, mid, side = 0, 1, 2, 3
)

// channel is one channel of a block and the best way known to write it.
type channel struct {
	x      []int32
	width  uint // bits of a sample
	kind   kind
	order  int
	linear coefficients
	store  [maxOrder]int64
	folded []uint32
	code   riceCode
	size   int // bits that it will take

	residual []int32 // scratch
	tryFold  []uint32
}

// kind is how a channel is written, with the number that says so.
type kind uint64

const (
	constant  kind = 0
	verbatim  kind = 1
	fixedKind kind = 8  // and the order
	linear    kind = 32 // and the order, less 1
)

// frame makes the frame of that number from interleaved samples: new bytes.
func (f *framer) frame(samples []int16, number int64) []byte {
	n := len(samples) / 2
	f.split(samples, n)
	for i := range f.channels {
		f.channels[i].analyse(&f.predictor)
	}
	mode, a, b := f.pair()

	f.bits.reset()
	f.bits.put(0x3FFE<<2, 16) // sync, fixed block size
	f.bits.put(0x7A, 8)       // block size in 16 bits at the end of the header; 48 kHz
	f.bits.put(mode<<4|4<<1, 8)
	f.bits.number(uint64(number & maxNumber))
	f.bits.put(uint64(n-1), 16)
	f.bits.put(uint64(crc8(f.bits.out)), 8)
	a.write(&f.bits)
	b.write(&f.bits)
	f.bits.align()
	f.bits.put(uint64(crc16(f.bits.out)), 16)
	return append(make([]byte, 0, len(f.bits.out)), f.bits.out...)
}

// split fills the four channels.
func (f *framer) split(samples []int16, n int) {
	for i := range f.channels {
		c := &f.channels[i]
		if cap(c.x) < n {
			c.x, c.residual = make([]int32, n), make([]int32, n)
			c.folded, c.tryFold = make([]uint32, n), make([]uint32, n)
		}
		c.x, c.width = c.x[:n], sampleBits
	}
	f.channels[side].width++
	l, r, m, s := f.channels[left].x, f.channels[right].x, f.channels[mid].x, f.channels[side].x
	for i := range n {
		a, b := int32(samples[2*i]), int32(samples[2*i+1])
		l[i], r[i], m[i], s[i] = a, b, (a+b)>>1, a-b
	}
}

// pair chooses the two channels that take the fewest bits.
func (f *framer) pair() (mode uint64, a, b *channel) {
	best := 1 << 62
	for _, p := range []struct {
		mode uint64
		a, b int
	}{{leftRight, left, right}, {leftSide, left, side}, {sideRight, side, right}, {midSide, mid, side}} {
		if size := f.channels[p.a].size + f.channels[p.b].size; size < best {
			best, mode, a, b = size, p.mode, &f.channels[p.a], &f.channels[p.b]
		}
	}
	return mode, a, b
}

// analyse finds the best way to write the channel.
func (c *channel) analyse(p *predictor) {
	n := len(c.x)
	if same(c.x) {
		c.kind, c.size = constant, 8+int(c.width)
		return
	}
	c.kind, c.order, c.size = verbatim, 0, 8+n*int(c.width)
	if order := bestFixed(c.x); order < n {
		c.take(fixedKind, coefficients{c: fixed[order]}, 0)
	}
	var store [maxOrder]int64
	if found, ok := p.find(c.x, &store); ok {
		c.take(linear, found, 4+5+precision*len(found.c))
	}
}

// take chooses a predictor if it is better than what is known; extra is what it
// takes besides.
func (c *channel) take(k kind, co coefficients, extra int) {
	order := len(co.c)
	residual := c.residual[:len(c.x)-order]
	if !co.residual(residual, c.x) {
		return
	}
	folded := c.tryFold[:len(residual)]
	for i, r := range residual {
		folded[i] = fold(r)
	}
	var code riceCode
	code.plan(folded, len(c.x), order)
	size := 8 + order*int(c.width) + extra + code.bits
	if size >= c.size {
		return
	}
	c.kind, c.order, c.size, c.code = k, order, size, code
	c.linear = coefficients{c.store[:copy(c.store[:], co.c)], co.shift}
	c.folded, c.tryFold = c.tryFold[:len(folded)], c.folded[:cap(c.folded)]
}

// write adds the channel.
func (c *channel) write(b *bits) {
	switch c.kind {
	case constant:
		b.put(uint64(constant)<<1, 8)
		b.put(uint64(c.x[0]), c.width)
		return
	case verbatim:
		b.put(uint64(verbatim)<<1, 8)
		for _, v := range c.x {
			b.put(uint64(v), c.width)
		}
		return
	case fixedKind:
		b.put(uint64(fixedKind+kind(c.order))<<1, 8)
	case linear:
		b.put(uint64(linear+kind(c.order-1))<<1, 8)
	}
	for _, v := range c.x[:c.order] {
		b.put(uint64(v), c.width)
	}
	if c.kind == linear {
		b.put(precision-1, 4)
		b.put(uint64(c.linear.shift), 5)
		for _, v := range c.linear.c {
			b.put(uint64(v), precision)
		}
	}
	c.code.write(b, c.folded, len(c.x), c.order)
}

func same(x []int32) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}
