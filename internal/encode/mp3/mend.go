package mp3

import (
	"os"

	"bandstand/internal/encode"
)

// Mend makes a whole file of one whose writing was cut off, and says how many frames
// of sound it has: 0 if it ends before its first, when nothing is changed. It reads
// the beginning and the end alone, so that the file has no checksum of its sound.
func Mend(f *os.File) (frames int64, err error) {
	end, err := encode.Size(f)
	if err != nil {
		return 0, err
	}
	at, err := afterTags(f)
	if err != nil {
		return 0, err
	}
	first, err := encode.ReadAt(f, at, size(kilobits[len(kilobits)-1]))
	if err != nil || len(first) < headerSize {
		return 0, err
	}
	length, err := frameSize(first)
	if err != nil {
		return 0, encode.ErrForeign
	}
	if len(first) < length {
		return 0, nil
	}
	if length < size(minInfo) || string(first[infoAt:infoAt+4]) != "Info" {
		return 0, encode.ErrForeign
	}
	about := info{kilobits: length / 3}
	about.delay = int(first[delayAt])<<4 | int(first[delayAt+1])>>4
	sound := at + int64(length)
	each, n, err := count(f, sound, end)
	if err != nil || n == 0 {
		return 0, err
	}
	about.frames, about.bytes = n, n*int64(each)
	about.padding = int(max(0, min(n*frameFrames-int64(about.delay)-1, decoderDelay))) // the decoder's own delay has nothing after it
	if _, err := f.WriteAt(about.frame(), at); err != nil {
		return 0, err
	}
	return n*frameFrames - int64(about.delay+about.padding), f.Truncate(sound + about.bytes)
}

// count is how many bytes each frame has, all alike, and how many whole ones there are.
func count(f *os.File, from, end int64) (each int, n int64, err error) {
	h, err := encode.ReadAt(f, from, headerSize)
	if err != nil || len(h) < headerSize {
		return 0, 0, err
	}
	if each, err = frameSize(h); err != nil {
		return 0, 0, encode.ErrForeign
	}
	for n = (end - from) / int64(each); n > 0; n-- { // zeros follow the last one after a power cut
		h, err := encode.ReadAt(f, from+(n-1)*int64(each), headerSize)
		if err != nil {
			return 0, 0, err
		}
		if got, err := frameSize(h); err == nil && got == each {
			break
		}
	}
	return each, n, nil
}

// afterTags is where the first frame begins.
func afterTags(f *os.File) (int64, error) {
	h, err := encode.ReadAt(f, 0, id3Header)
	if err != nil || len(h) < id3Header || string(h[:3]) != "ID3" {
		return 0, err
	}
	return id3Header + int64(h[6])<<21 + int64(h[7])<<14 + int64(h[8])<<7 + int64(h[9]), nil
}
