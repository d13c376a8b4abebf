package style

import (
	"os"
	"strings"
	"testing"
)

// TestDocsNameEveryField wants docs/styles.md to say what each field is.
func TestDocsNameEveryField(t *testing.T) {
	data, err := os.ReadFile("../../docs/styles.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fields {
		if !strings.Contains(string(data), "`"+name+"`") && !strings.Contains(string(data), "["+name+"]") {
			t.Errorf("docs/styles.md says nothing of %s", name)
		}
	}
	for _, want := range []string{"family", "instruments", "eighths", "also", "drummer"} {
		if !strings.Contains(strings.Join(fields, " "), want) {
			t.Errorf("%s is not among the fields", want)
		}
	}
}
