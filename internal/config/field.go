package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// field is one value of a Config: its name and a way to set it.
type field struct {
	key   string // "listen", "limits.listeners"
	about string
	table bool          // a [table] or [[table]], which has no value of its own
	entry bool          // within a [[table]]: there may be any number of it, or none
	value reflect.Value // settable, in the Config that fields was given
}

// variable is the field's name in the environment.
func (f field) variable() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(f.key, ".", "_"))
}

// fields are a Config's tables and values in the order of its struct.
// Those of a list of tables are there once, with the values of none.
func fields(c *Config) []field { return walk(reflect.ValueOf(c).Elem(), "") }

// isList says whether the field is a list of tables, [[irc]].
func (f field) isList() bool {
	return f.value.Kind() == reflect.Slice && f.value.Type().Elem().Kind() == reflect.Struct
}

func walk(v reflect.Value, within string) []field {
	var out []field
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		f := field{key: within + tag.Get("toml"), about: tag.Get("about"), value: v.Field(i)}
		f.table = f.value.Kind() == reflect.Struct || f.isList()
		out = append(out, f)
		switch {
		case f.isList():
			for _, of := range walk(reflect.New(f.value.Type().Elem()).Elem(), f.key+".") {
				of.entry = true
				out = append(out, of)
			}
		case f.table:
			out = append(out, walk(f.value, f.key+".")...)
		}
	}
	return out
}

// set reads text, as a variable or a flag has it, into the field.
func (f field) set(text string) error {
	switch f.value.Kind() {
	case reflect.String:
		f.value.SetString(text)
	case reflect.Bool:
		b, ok := map[string]bool{
			"true": true, "yes": true, "on": true, "1": true,
			"false": false, "no": false, "off": false, "0": false,
		}[strings.ToLower(text)]
		if !ok {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		f.value.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		f.value.SetInt(int64(n))
	case reflect.Slice:
		words := []string{}
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
		f.value.Set(reflect.ValueOf(words))
	default:
		return fmt.Errorf("a %s cannot be written as a word", f.value.Kind())
	}
	return nil
}
