package picture

import (
	"math"
	"strconv"
)

// shade is a colour as video has it: BT.709, limited range.
type shade struct{ y, u, v byte }

// shadeOf is the shade of "#rrggbb".
func shadeOf(hex string) shade {
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return shade{16, 128, 128} // black: no colour of ours is written so
	}
	return rgb(float64(n>>16&255)/255, float64(n>>8&255)/255, float64(n&255)/255)
}

// rgb is the shade of a colour of sRGB, 0–1 each.
func rgb(r, g, b float64) shade {
	y := .2126*r + .7152*g + .0722*b
	return shade{byte(math.Round(16 + 219*y)), byte(math.Round(128 + 224*(b-y)/1.8556)), byte(math.Round(128 + 224*(r-y)/1.5748))}
}

// towards is a shade on the way to another, 0–1.
func (s shade) towards(to shade, way float64) shade {
	part := func(a, b byte) byte { return byte(math.Round(float64(a) + (float64(b)-float64(a))*way)) }
	return shade{part(s.y, to.y), part(s.u, to.u), part(s.v, to.v)}
}

// canvas is a picture in yuv420p that lies in one piece of memory.
type canvas struct {
	width, height int // even
	y, u, v       []byte
	left, right   int // nothing is drawn outside these columns
}

func size(width, height int) int { return width * height * 3 / 2 }

// over is the canvas that memory of the right size holds.
func over(memory []byte, width, height int) canvas {
	n := width * height
	return canvas{width: width, height: height, y: memory[:n], u: memory[n : n+n/4], v: memory[n+n/4 : n+n/2], right: width}
}

func (c *canvas) fill(s shade) {
	for _, p := range []struct {
		plane []byte
		value byte
	}{{c.y, s.y}, {c.u, s.u}, {c.v, s.v}} {
		for i := range p.plane {
			p.plane[i] = p.value
		}
	}
}

// box is a rectangle, corners wherever they fall between pixels.
type box struct{ x0, y0, x1, y1 float64 }

// rect draws a box; strength 0–1 lets through what is behind it.
func (c *canvas) rect(b box, s shade, strength float64) {
	b.x0, b.x1 = max(b.x0, float64(c.left)), min(b.x1, float64(c.right))
	b.y0, b.y1 = max(b.y0, 0), min(b.y1, float64(c.height))
	if b.x0 >= b.x1 || b.y0 >= b.y1 {
		return
	}
	a := int(math.Round(256 * max(0, min(1, strength))))
	cover(c.y, c.width, b, s.y, a)
	half := box{b.x0 / 2, b.y0 / 2, b.x1 / 2, b.y1 / 2}
	cover(c.u, c.width/2, half, s.u, a)
	cover(c.v, c.width/2, half, s.v, a)
}

// cover blends a value into a plane; what a box covers in part it changes in part.
func cover(plane []byte, stride int, b box, value byte, strength int) {
	first, last := int(b.x0), int(math.Ceil(b.x1))-1
	left, right := share(b.x0, b.x1, first), share(b.x0, b.x1, last)
	for row := int(b.y0); float64(row) < b.y1; row++ {
		a := share(b.y0, b.y1, row) * strength >> 8
		line := plane[row*stride+first : row*stride+last+1]
		line[0] = mixed(line[0], value, left*a>>8)
		if last == first {
			continue
		}
		line[last-first] = mixed(line[last-first], value, right*a>>8)
		inner := line[1 : last-first]
		if a >= 256 {
			for i := range inner {
				inner[i] = value
			}
			continue
		}
		for i := range inner {
			inner[i] = mixed(inner[i], value, a)
		}
	}
}

// share is how much of a pixel lies between from and to, in 256ths.
func share(from, to float64, pixel int) int {
	return int(256 * (min(to, float64(pixel+1)) - max(from, float64(pixel))))
}

func mixed(below, above byte, a int) byte {
	return byte((int(below)*(256-a) + int(above)*a + 128) >> 8)
}

// round draws a box with round corners, from a whole row to a whole row.
func (c *canvas) round(b box, radius float64, s shade) {
	b.y0, b.y1 = math.Round(b.y0), math.Round(b.y1)
	radius = max(0, min(radius, (b.x1-b.x0)/2, (b.y1-b.y0)/2))
	inset := func(depth float64) float64 {
		return radius - math.Sqrt(max(0, radius*radius-(radius-depth)*(radius-depth)))
	}
	step := 0.0
	for ; step+1 <= radius; step++ {
		in := inset(step + .5)
		c.rect(box{b.x0 + in, b.y0 + step, b.x1 - in, b.y0 + step + 1}, s, 1)
		c.rect(box{b.x0 + in, b.y1 - step - 1, b.x1 - in, b.y1 - step}, s, 1)
	}
	c.rect(box{b.x0, b.y0 + step, b.x1, b.y1 - step}, s, 1)
}

// stamp draws a mask with its origin at x, y; x may lie between pixels.
func (c *canvas) stamp(m *mask, x float64, y int, s shade, strength float64) {
	if m == nil || m.width == 0 {
		return
	}
	whole := math.Floor(x)
	between, a := int(256*(x-whole)), int(256*strength)
	left, top := int(whole)+m.left, y+m.top
	from, to := max(c.left, left), min(c.right, left+m.width+1)
	up, down := max(0, top), min(c.height, top+m.height)
	if from >= to || up >= down {
		return
	}
	for row := up; row < down; row++ {
		line := c.y[row*c.width : (row+1)*c.width]
		for col := from; col < to; col++ {
			if k := m.at(col-left, row-top, between) * a >> 8; k > 0 {
				line[col] = mixed(line[col], s.y, k)
			}
		}
	}
	for row := up / 2; row < (down+1)/2; row++ {
		for col := from / 2; col < (to+1)/2; col++ {
			dx, dy := 2*col-left, 2*row-top
			k := m.at(dx, dy, between) + m.at(dx+1, dy, between) + m.at(dx, dy+1, between) + m.at(dx+1, dy+1, between)
			if k = k / 4 * a >> 8; k > 0 {
				i := row*c.width/2 + col
				c.u[i], c.v[i] = mixed(c.u[i], s.u, k), mixed(c.v[i], s.v, k)
			}
		}
	}
}
