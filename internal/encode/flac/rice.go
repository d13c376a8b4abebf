package flac

import mathbits "math/bits"

const (
	maxParts = 5  // 2^5 partitions of a block at most
	maxRice  = 14 // the largest parameter of four bits that is no escape
)

// riceCode is a way to write residuals: in 1<<order partitions, each with a parameter.
type riceCode struct {
	order uint
	param [1 << maxParts]uint8
	bits  int // all that it takes; at most, never less than the truth
}

// fold makes residuals non-negative: 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 …
func fold(r int32) uint32 { return uint32(r<<1) ^ uint32(r>>31) }

// plan finds the cheapest code for folded residuals of a block of n samples, whose
// first skip samples have none.
func (c *riceCode) plan(folded []uint32, n, skip int) {
	top := uint(min(maxParts, mathbits.TrailingZeros(uint(n))))
	for top > 0 && n>>top <= max(skip, 16) {
		top--
	}
	var sums [1 << maxParts]uint64
	size := n >> top
	for part, at := 0, 0; part < 1<<top; part++ {
		end := (part+1)*size - skip
		for _, v := range folded[at:end] {
			sums[part] += uint64(v)
		}
		at = end
	}
	c.bits = 1 << 62
	for order := top; ; order-- {
		c.try(sums[:1<<order], order, n>>order, skip)
		if order == 0 {
			return
		}
		for i := range 1 << (order - 1) {
			sums[i] = sums[2*i] + sums[2*i+1]
		}
	}
}

// try takes partitions of one size if they are cheaper than what is known.
func (c *riceCode) try(sums []uint64, order uint, size, skip int) {
	var param [1 << maxParts]uint8
	total := 6
	for i, sum := range sums {
		n := uint64(size)
		if i == 0 {
			n -= uint64(skip)
		}
		k, bits := riceParam(sum, n)
		param[i] = k
		total += 4 + int(bits)
		if total >= c.bits {
			return
		}
	}
	c.order, c.param, c.bits = order, param, total
}

// riceParam is the parameter for n values of that sum, and what they take at most.
func riceParam(sum, n uint64) (k uint8, bits uint64) {
	cost := func(k uint8) uint64 { return n*uint64(k+1) + sum>>k }
	if sum > n { // the best is near the logarithm of the mean
		k = uint8(min(mathbits.Len64(sum/n)-1, maxRice))
	}
	bits = cost(k)
	if k < maxRice && cost(k+1) < bits {
		k++
		bits = cost(k)
	}
	if k > 0 && cost(k-1) < bits {
		k--
		bits = cost(k)
	}
	return k, bits
}

// write adds the residuals.
func (c *riceCode) write(b *bits, folded []uint32, n, skip int) {
	b.put(0, 2) // parameters of four bits
	b.put(uint64(c.order), 4)
	size := n >> c.order
	at := 0
	for part := range 1 << c.order {
		k := uint(c.param[part])
		b.put(uint64(k), 4)
		end := (part+1)*size - skip
		for _, v := range folded[at:end] {
			b.rice(v, k)
		}
		at = end
	}
}
