package synth

import (
	"math"

	"bandstand/internal/synth/sf2"
)

const (
	polyphony = 96             // voices that may sound at once, a stereo pair counting one
	slots     = polyphony + 32 // with those that fade out after they had to make way
)

// events ends and begins the notes of this frame and says for how many frames
// nothing else happens, at most a chunk.
func (p *player) events() int {
	for i := range p.voices {
		if v := &p.voices[i]; v.active && v.off <= p.at && v.volume.stage < releasing {
			v.release() // a cymbal struck again rings on
		}
	}
	next := min(p.end, p.at+chunk)
	for i := range p.parts {
		pt := &p.parts[i]
		for pt.frame <= p.at {
			p.strike(i)
			pt.next++
			pt.seek(p)
		}
		next = min(next, pt.frame)
	}
	for i := range p.voices {
		if v := &p.voices[i]; v.active && v.off > p.at {
			next = min(next, v.off)
		}
	}
	return int(max(next-p.at, 1))
}

// shortest is the least a note lasts, in frames: 5 ms.
const shortest = 240

// strike plays the next note of a part.
func (p *player) strike(i int) {
	pt := &p.parts[i]
	n := pt.notes[pt.next]
	if n.Velocity == 0 || n.Pitch > 127 {
		return
	}
	p.born++
	hit := note{
		part: i, bus: pt.bus, key: int(n.Pitch), velocity: min(int(n.Velocity), 127), gain: pt.gain, pan: pt.pan,
		off: max(p.frame(n.End()), p.at+shortest), born: p.born,
	}
	if pt.drums && dryDrums(hit.key) {
		hit.bus++
	}
	for j := range p.voices {
		switch v := &p.voices[j]; {
		case !v.active || v.part != i || v.key != hit.key:
		case pt.drums:
			v.release() // a cymbal struck again rings on
		default:
			v.choke(0.25) // a string or a bar does not
		}
	}
	found := p.font.regions(pt.preset, hit.key, hit.velocity, p.found[:0])
	for j := range found {
		r := &found[j]
		if r.sample < 0 {
			continue
		}
		var right *region
		for k := j + 1; k < len(found) && right == nil; k++ {
			if found[k].sample >= 0 && p.font.pairs(r, &found[k]) {
				right = &found[k]
			}
		}
		p.silence(i, int(r.gens[sf2.ExclusiveClass]))
		v := p.free()
		if right != nil && r.gens[sf2.Pan] > 0 {
			v.start(p.font, hit, right, r)
		} else {
			v.start(p.font, hit, r, right)
		}
		if right != nil {
			right.sample = -1 // taken
		}
	}
}

// silence ends the voices of earlier notes that the part's class shuts up, as a
// foot does an open hi-hat.
func (p *player) silence(part, class int) {
	if class == 0 {
		return
	}
	for i := range p.voices {
		if v := &p.voices[i]; v.active && v.part == part && v.exclusive == class && v.born != p.born {
			v.choke(0.25)
		}
	}
}

// free is a voice to use. When too many sound, the one that is heard least fades out.
func (p *player) free() *voice {
	count := 0
	var slot, victim, dying *voice
	least, quietest := float32(math.Inf(1)), float32(math.Inf(1))
	for i := range p.voices {
		v := &p.voices[i]
		switch l := v.loudness(); {
		case !v.active:
			if slot == nil {
				slot = v
			}
		case v.dying:
			if l < quietest {
				dying, quietest = v, l
			}
		default:
			if count++; l < least {
				victim, least = v, l
			}
		}
	}
	if count >= polyphony {
		victim.dying = true
		victim.choke(0.02)
	}
	if slot == nil {
		slot = dying
	}
	if slot == nil {
		slot = victim
	}
	return slot
}
