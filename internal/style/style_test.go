package style

import "testing"

func TestEmbeddedStylesLoad(t *testing.T) {
	set, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(set.Names())
}
