//go:build !linux

package console

import (
	"io"
	"os"
)

// ask takes it that the terminals of other systems answer.
func ask(*os.File, io.Writer) (typed []byte, answers bool) { return nil, true }
