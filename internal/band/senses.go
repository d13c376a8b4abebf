package band

// Sense is one thing that a robot hears at a step of the plain arrangement. Unless
// something else is said it is One where it is so and 0 where not.
type Sense int

// The senses of genome version 2, in order: the input vector of the net. A change of
// order or meaning is a new version of the genome.
const (
	Beat     Sense = iota // on a beat
	And                   // between two beats: the eighth
	E                     // a sixteenth after a beat, or an odd step that is not A
	A                     // the last step before a beat
	First                 // within the first beat of the bar
	Back                  // within a back beat: 2 and 4, or 2 and 3 of three
	Last                  // within the last beat of the bar
	Pair                  // in the second bar of two
	Fourth                // in the fourth bar of four
	Energy                // −One in a quiet section … One in a loud one
	Ends                  // in the last bar of a section; half as much in the one before
	Starts                // in the first bar of a section
	Change                // the chord is new
	Before                // the chord changes within an eighth
	Tone                  // its own note: One the root, half the fifth, a quarter another chord tone, −One none of the chord
	SungOn                // the tune has a note here
	SungHold              // the tune holds a note
	SungRest              // the tune rests
	Kick                  // the kick drum strikes
	Own                   // it plays here itself, in the plain arrangement
	Own1                  // it played at this step one bar ago
	Own2                  // and two bars ago
	Long                  // its own note lasts a beat or more
	Rise                  // its own note: One higher than the one before, −One lower
	numSenses
)

// Wish is one way in which a robot bends a step.
type Wish int

// The wishes of genome version 2, in order. What a role makes of each is the
// composer's affair; it never obeys where that would break the song.
const (
	Play     Wish = iota // add a stroke … leave this one out
	Degree               // another note: up (an octave, a step of the chord, an open voicing) or down
	Accent               // harder … softer
	Length               // longer … shorter
	Late                 // later … earlier, a few milliseconds
	Flourish             // ghost, grace, drag, approach, anticipation
	numWishes
)

// Yes is from where on a wish that is for yes or no counts: half as strong as can be.
const Yes = Full / 2
