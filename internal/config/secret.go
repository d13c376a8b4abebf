package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// Secret is a password as the file has it: the word itself, "env:NAME" or
// "file:PATH". However it is printed, the word is not seen.
type Secret string

const (
	hidden    = "(hidden)" // stands for a secret that is printed
	envPrefix = "env:"
	filPrefix = "file:"
	maxSecret = 4096 // bytes
)

// Reveal is the secret word, "" where there is none. It looks into the variable or
// the file at that moment, so that one that was changed counts at the next
// connection. Its errors are sentences that do not hold the word.
func (s Secret) Reveal() (string, error) {
	if name, ok := strings.CutPrefix(string(s), envPrefix); ok {
		word := os.Getenv(name)
		if word == "" {
			return "", fmt.Errorf("the environment variable %s, which holds a secret, is not set: set it and start again", name)
		}
		return oneLine("the environment variable "+name, word)
	}
	path, ok := strings.CutPrefix(string(s), filPrefix)
	if !ok {
		return string(s), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	if len(data) > maxSecret {
		return "", fmt.Errorf("reading a secret: %s is larger than %d bytes: is it the right file?", path, maxSecret)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return oneLine(path, strings.TrimSuffix(line, "\r"))
}

// oneLine refuses a word that could not be sent as a part of a line.
func oneLine(from, word string) (string, error) {
	switch {
	case word == "":
		return "", fmt.Errorf("%s, which should hold a secret, is empty", from)
	case strings.ContainsFunc(word, unicode.IsControl):
		return "", errors.New(from + " holds a secret with a control character in it: it is one line of text")
	}
	return word, nil
}

// String is what may be seen of the secret: where it is kept, but not the word.
func (s Secret) String() string {
	if s == "" || strings.HasPrefix(string(s), envPrefix) || strings.HasPrefix(string(s), filPrefix) {
		return string(s)
	}
	return hidden
}

// GoString keeps the word out of %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// MarshalText keeps the word out of files and of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue keeps the word out of the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// anchored makes the path of a file start at a folder.
func (s Secret) anchored(folder string) Secret {
	path, ok := strings.CutPrefix(string(s), filPrefix)
	if !ok || path == "" || filepath.IsAbs(path) || strings.HasPrefix(path, "~/") {
		return s
	}
	return Secret(filPrefix + filepath.Join(folder, path))
}

// homely makes of a path that begins with ~/ one in the user's folder.
func (s Secret) homely(home string) Secret {
	if rest, ok := strings.CutPrefix(string(s), filPrefix+"~/"); ok && home != "" {
		return Secret(filPrefix + filepath.Join(home, rest))
	}
	return s
}

// variable is the environment variable that holds the secret, "" for none.
func (s Secret) variable() string {
	name, ok := strings.CutPrefix(string(s), envPrefix)
	if !ok {
		return ""
	}
	return name
}
