package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// lineWidth is where the comments of Write wrap.
const lineWidth = 96

// Write prints the configuration as TOML with a comment above every key, ready
// to be edited and read back.
func (c *Config) Write(w io.Writer) error {
	var out bytes.Buffer
	out.WriteString("# Bandstand's configuration: every key, with the value in force.\n")
	for _, f := range fields(c) {
		out.WriteByte('\n')
		comment(&out, f.about)
		if f.table {
			fmt.Fprintf(&out, "[%s]\n", f.key)
			continue
		}
		name := f.key[strings.LastIndexByte(f.key, '.')+1:]
		line, err := toml.Marshal(map[string]any{name: f.value.Interface()})
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.key, err)
		}
		out.Write(line)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return nil
}

// comment writes text as lines of comment, broken between words.
func comment(out *bytes.Buffer, text string) {
	width := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case width == 0:
			out.WriteString("# ")
		case width+1+len(word) > lineWidth:
			out.WriteString("\n# ")
			width = 0
		default:
			out.WriteByte(' ')
		}
		out.WriteString(word)
		width += 1 + len(word)
	}
	out.WriteByte('\n')
}
