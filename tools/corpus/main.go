// Command corpus makes the tables of package corpus: it reads statistics of human
// music, computed elsewhere from open corpora, keeps the numbers that the composer
// asks for and writes them small enough to live inside the program.
//
//	go run ./tools/corpus -from DIR -to internal/corpus/data
//
// DIR holds form.json, harmony.json, melody.json and groove.json. The same input always gives the same output, byte for
// byte. Each subject has a file of its own here (groove.go …) that says what it
// keeps and how it changes its shape; subjects is the list of them.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// subjects are the tables: the file that is written, and who makes it of the folder
// of statistics.
var subjects = []struct {
	file string
	make func(from string) (any, error)
}{
	{"groove.json", groove},
	{"harmony.json", harmony},
}

func main() {
	from := flag.String("from", "", "the folder with the statistics to read")
	to := flag.String("to", "internal/corpus/data", "the folder to write the tables to")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	if from == "" {
		return fmt.Errorf("say with -from where the statistics are")
	}
	for _, s := range subjects {
		table, err := s.make(from)
		if err != nil {
			return fmt.Errorf("making %s: %w", s.file, err)
		}
		out, err := lines(table)
		if err != nil {
			return fmt.Errorf("writing %s: %w", s.file, err)
		}
		if err := os.WriteFile(filepath.Join(to, s.file), out, 0o644); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
		fmt.Printf("%s: %d bytes\n", s.file, len(out))
	}
	return nil
}

// read reads a file of statistics into what keeps the wanted numbers of it.
func read(from, file string, into any) error {
	data, err := os.ReadFile(filepath.Join(from, file))
	if err != nil {
		return fmt.Errorf("reading the statistics: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// lines is a table as JSON, one line for each entry of its outermost list or map,
// so that a change can be read.
func lines(table any) ([]byte, error) {
	whole, err := json.Marshal(table)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	depth, quoted := 0, false
	for i, c := range whole {
		switch {
		case c == '"' && whole[i-1] != '\\':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		b.WriteByte(c)
		if !quoted && (c == ',' && depth == 1 || depth == 1 && i == 0) {
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
