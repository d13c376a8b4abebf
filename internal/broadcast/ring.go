package broadcast

// maxSlots bounds the ring whatever lengths its packets claim: 35 s of 20 ms
// packets are 1,750.
const maxSlots = 1 << 14

// slot is a packet and how many frames the run had before it. The sum is kept
// beside the packet's own frame number because the station's clock may jump.
type slot struct {
	Packet
	before int64
}

// ring holds the last packets of a run by sequence number. It grows as needed
// up to maxSlots; then, and when prune says so, the oldest go.
type ring struct {
	slots []slot // a power of two
	tail  uint64 // sequence number of the oldest
	head  uint64 // of the next to come
	total int64  // frames pushed in this run
}

func (r *ring) at(seq uint64) *slot { return &r.slots[seq&uint64(len(r.slots)-1)] }

func (r *ring) reset() { *r = ring{} }

func (r *ring) push(p Packet) {
	if int(r.head-r.tail) == len(r.slots) {
		if len(r.slots) < maxSlots {
			r.grow()
		} else {
			r.tail++
		}
	}
	*r.at(r.head) = slot{Packet: p, before: r.total}
	r.head++
	r.total += int64(p.Frames)
}

func (r *ring) grow() {
	bigger := ring{slots: make([]slot, max(64, 2*len(r.slots))), tail: r.tail, head: r.head, total: r.total}
	for seq := r.tail; seq < r.head; seq++ {
		*bigger.at(seq) = *r.at(seq)
	}
	*r = bigger
}

// prune forgets packets that end more than keep frames ago.
func (r *ring) prune(keep int64) {
	for r.tail < r.head {
		oldest := r.at(r.tail)
		if r.total-oldest.before-int64(oldest.Frames) < keep {
			return
		}
		*oldest = slot{}
		r.tail++
	}
}

// back is the sequence number of the first packet that starts at most frames ago.
func (r *ring) back(frames int64) uint64 {
	lo, hi := r.tail, r.head
	for lo < hi {
		mid := lo + (hi-lo)/2
		if r.total-r.at(mid).before > frames {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// lag is how many frames a reader at seq has not read.
func (r *ring) lag(seq uint64) int64 {
	if seq >= r.head {
		return 0
	}
	return r.total - r.at(seq).before
}
