package control

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"bandstand/internal/command"
)

// longestPath is the longest path, in bytes, that every system takes for a socket.
const longestPath = 100

// SocketPath is where the station with a data folder listens, and where orders for it
// are sent: control.sock in the folder, or where that path is too long for a socket
// one in a private folder of the user's, named after the data folder.
func SocketPath(data string) string {
	if abs, err := filepath.Abs(data); err == nil {
		data = abs
	}
	path := filepath.Join(data, "control.sock")
	if len(path) <= longestPath {
		return path
	}
	sum := sha256.Sum256([]byte(data))
	name := hex.EncodeToString(sum[:8]) + ".sock"
	private := "bandstand-" + strconv.Itoa(os.Getuid())
	for _, parent := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()} {
		path := filepath.Join(parent, private, name)
		if filepath.IsAbs(parent) && len(path) <= longestPath {
			return path
		}
	}
	return filepath.Join("/tmp", private, name)
}

// secureFolder makes sure of the folder of a socket: the data folder is the station's
// matter, but one elsewhere must be nobody else's.
func secureFolder(path string) error {
	dir := filepath.Dir(path)
	if filepath.Base(path) == "control.sock" {
		return nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making a folder for the control socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("looking at the folder of the control socket: %w", err)
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ownedByMe(info) {
		return &command.Sentence{Text: fmt.Sprintf("the folder %s for the control socket is not private: remove it, or give a shorter --data", dir)}
	}
	return nil
}
