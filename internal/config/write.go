package config

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
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
		switch {
		case f.entry: // written with its list
		case f.isList():
			if err := f.writeList(&out); err != nil {
				return err
			}
		default:
			if err := f.write(&out, ""); err != nil {
				return err
			}
		}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	return nil
}

// header is the line that begins a table.
func (f field) header() string {
	if f.isList() {
		return "[[" + f.key + "]]"
	}
	return "[" + f.key + "]"
}

// write writes a field under its comment. before stands before its line: "#" makes
// an example of it.
func (f field) write(out *bytes.Buffer, before string) error {
	if f.about != "" || f.table {
		out.WriteByte('\n')
	}
	comment(out, f.about)
	out.WriteString(before)
	if f.table {
		out.WriteString(f.header() + "\n")
		return nil
	}
	name := f.key[strings.LastIndexByte(f.key, '.')+1:]
	value := f.value.Interface()
	if masked, is := value.(fmt.Stringer); is {
		value = masked.String()
	}
	line, err := toml.Marshal(map[string]any{name: value})
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.key, err)
	}
	out.Write(line)
	return nil
}

// examples are written where a list of tables is empty.
var examples = map[string]any{
	"output": Output{Name: "site", URL: "icecast://source:env:ICECAST_PASSWORD@radio.example.org:8000/live.mp3", Start: true},
	"irc": IRC{Name: "home", Address: "irc.example.org:6697", TLS: true, Nick: "bandstand", User: "bandstand", Channels: []string{"#band"},
		Announce: []string{"all"}, Ignore: []string{}, Roles: []string{"ada operator"}},
}

// writeList writes a list of tables, the first of them with comments. Where it is
// empty it writes one that is a comment as a whole.
func (f field) writeList(out *bytes.Buffer) error {
	before, n := "", f.value.Len()
	if n == 0 {
		before, n = "#", 1
	}
	for i := range n {
		one := reflect.ValueOf(examples[f.key])
		if f.value.Len() > 0 {
			one = f.value.Index(i)
		}
		head := f
		if i > 0 {
			head.about = ""
		}
		if err := head.write(out, before); err != nil {
			return err
		}
		for _, of := range walk(one, f.key+".") {
			if i > 0 {
				of.about = ""
			}
			if err := of.write(out, before); err != nil {
				return err
			}
		}
	}
	return nil
}

// comment writes text as lines of comment, broken between words.
func comment(out *bytes.Buffer, text string) {
	if text == "" {
		return
	}
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
