package main

import (
	"io"
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// fetch gets a path of the story's station.
func fetch(ts *testscript.TestScript, path string) (status int, body string) {
	res, err := http.Get(ts.Getenv("URL") + path)
	ts.Check(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	ts.Check(err)
	return res.StatusCode, string(raw)
}
