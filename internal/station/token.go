package station

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// loadToken reads the token that guards orders over HTTP, and makes it at the
// first start.
func loadToken(dir string) (string, error) {
	file := filepath.Join(dir, "token")
	data, err := os.ReadFile(file)
	if err == nil {
		token := strings.TrimSpace(string(data))
		if len(token) < 16 {
			return "", fmt.Errorf("the token in %s is shorter than 16 characters: delete the file and a new one is made", file)
		}
		return token, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	token := rand.Text()
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("writing the token: %w", err)
	}
	return token, nil
}
