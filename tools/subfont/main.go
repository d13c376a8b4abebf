// Command subfont makes the built-in SoundFont: the part of FluidR3 GM that
// Bandstand's styles play, small enough to live inside the program.
//
//	go run ./tools/subfont -in /usr/share/sounds/sf2/FluidR3_GM.sf2 -out assets/bandstand.sf2
//
// The same input always gives the same output, byte for byte. What is kept and
// how it is made smaller is the table in plan.go.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"bandstand/internal/synth/sf2"
)

func main() {
	in := flag.String("in", "/usr/share/sounds/sf2/FluidR3_GM.sf2", "the SoundFont to take from")
	out := flag.String("out", "assets/bandstand.sf2", "the file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "subfont:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	data, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("reading the SoundFont (Debian has it in the package fluid-soundfont-gm): %w", err)
	}
	font, err := sf2.Parse(data)
	if err != nil {
		return fmt.Errorf("reading %s: %w", in, err)
	}
	sub, err := newSubset(font, plan, os.Stdout).build()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sub.Write(&b); err != nil {
		return err
	}
	if _, err := sf2.Parse(b.Bytes()); err != nil {
		return fmt.Errorf("what was made cannot be read again: %w", err)
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the subset: %w", err)
	}
	fmt.Printf("%s: %d presets, %d instruments, %d samples, %.2f MB\n",
		out, len(sub.Presets), len(sub.Instruments), len(sub.Samples), float64(b.Len())/1e6)
	return nil
}
