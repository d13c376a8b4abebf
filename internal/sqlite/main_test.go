package sqlite

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashKey); path != "" {
		os.Exit(crashChild(path))
	}
	goleak.VerifyTestMain(m)
}
