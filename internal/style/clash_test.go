package style

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// called is a good file with aliases.
func called(t *testing.T, about string, aliases ...string) string {
	t.Helper()
	line := "aliases = ["
	for _, a := range aliases {
		line += fmt.Sprintf("%q,", a)
	}
	return line + "]\n" + withoutAliases(mine(t, about))
}

func withoutAliases(data string) string {
	lines := strings.SplitAfter(data, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "aliases") }), "")
}

func TestAWordOfTwoStylesIsToldOf(t *testing.T) {
	f := newFolder(t)
	if c := f.Set().Clashes(); len(c) > 0 {
		t.Fatalf("built-in styles clash: %v", c)
	}
	alias := ""
	for _, s := range f.Set().styles {
		if len(s.Aliases) > 0 && s.Name != "pop" {
			alias = s.Aliases[0]
		}
	}
	if alias == "" {
		t.Fatal("no built-in style has an alias")
	}
	f.write("aardvark.toml", called(t, "one", "Skippy"))
	f.write("beetle.toml", called(t, "two", "skippy", "unique"))
	f.write("cricket.toml", called(t, "three", "POP"))
	f.write(alias+".toml", called(t, "four"))
	clashes := f.Set().Clashes()
	for _, want := range []Clash{
		{"beetle", `beetle.toml: "skippy" is an alias of aardvark and an alias of beetle, and means aardvark: call one of them otherwise`},
		{"cricket", `cricket.toml: "POP" is the name of pop and an alias of cricket, and means pop: call one of them otherwise`},
	} {
		if !slices.Contains(clashes, want) {
			t.Errorf("%v is not among %v", want, clashes)
		}
	}
	if len(clashes) != 3 || !slices.ContainsFunc(clashes, func(c Clash) bool {
		return c.Style == alias && strings.HasPrefix(c.Text, alias+".toml: ") && strings.HasSuffix(c.Text, "means "+alias+": call one of them otherwise")
	}) {
		t.Errorf("a file named as an alias: %v", clashes)
	}
	f.about("skippy", "one")
	f.about("pop", mustGet(t, f.embedded, "pop").About)
	f.about(alias, "four")
	f.write("beetle.toml", called(t, "two", "skippy"))
	f.Set()
	if n := strings.Count(f.log.String(), "skippy"); n != 1 {
		t.Errorf("it was logged %d times:\n%s", n, &f.log)
	}
	f.write("beetle.toml", called(t, "two"))
	if n := len(f.Set().Clashes()); n != 2 {
		t.Errorf("mended, %d clashes are left", n)
	}
}

func mustGet(t *testing.T, s *Set, name string) *Style {
	t.Helper()
	st, err := s.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return st
}
