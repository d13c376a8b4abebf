package station

import "testing"

func TestSecretsAreMaskedWhole(t *testing.T) {
	t.Setenv("BANDSTAND_TEST_USER", "sesame")
	t.Setenv("BANDSTAND_TEST_KEY", "sesame-street-7")
	var s secrets
	text, err := s.reveal("-u env:BANDSTAND_TEST_USER -k env:BANDSTAND_TEST_KEY -title stenv:BANDSTAND_TEST_KEY")
	if want := "-u sesame -k sesame-street-7 -title stenv:BANDSTAND_TEST_KEY"; err != nil || text != want {
		t.Errorf("revealed is %q, %v, want %q", text, err, want)
	}
	if got, want := s.mask("cannot log in with sesame and sesame-street-7"), "cannot log in with *** and ***"; got != want {
		t.Errorf("masked is %q, want %q", got, want)
	}
	if _, err := s.reveal("env:BANDSTAND_TEST_NOT_SET"); err == nil {
		t.Error("a variable that is not set is revealed")
	}
}
