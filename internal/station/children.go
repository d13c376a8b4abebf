package station

import (
	"path/filepath"
	"strings"

	"bandstand/internal/control"
	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/target"
)

// longestFolder is the longest path of a folder in which sockets can be made.
const longestFolder = 80

// socketFolder is where the sockets of outputs are: in the data folder, or where that
// path is too long for a socket, beside the control socket.
func socketFolder(data string) string {
	folder := filepath.Join(data, "run")
	if len(folder) <= longestFolder {
		return folder
	}
	return strings.TrimSuffix(control.SocketPath(data), ".sock") + "-run"
}

// openSockets makes the folder of the sockets. Where it cannot, the outputs that need it
// say so.
func (s *station) openSockets() {
	if err := ffmpeg.OpenFolder(socketFolder(s.cfg.Data)); err != nil {
		s.log.Warn("outputs by ffmpeg cannot run", "error", err)
	}
}

// child makes an output by way of ffmpeg, whose arguments may hold what secrets reveals.
func (s *station) child(name string, secrets *secrets, args func() ([]string, error)) ffmpeg.Config {
	return ffmpeg.Config{Args: args, Masks: secrets.mask, Tap: s.tap, Folder: socketFolder(s.cfg.Data), Log: s.log.With("output", name)}
}

func (s *station) hls(name string, to target.Target) output.Sink {
	h := ffmpeg.HLS{Folder: to.Path, Codec: to.Options["codec"], Kbps: to.Int("kbps", 0), Segment: to.Int("segment", 0), Window: to.Int("window", 0)}
	cfg := s.child(name, &secrets{}, h.Args)
	cfg.Tidy, cfg.Check = h.Tidy, h.Check
	return ffmpeg.New(cfg)
}

func (s *station) command(name string, to target.Target) output.Sink {
	var words secrets
	return ffmpeg.New(s.child(name, &words, func() ([]string, error) {
		args := make([]string, len(to.Args))
		for i, arg := range to.Args {
			var err error
			if args[i], err = words.reveal(arg); err != nil {
				return nil, err
			}
		}
		return args, nil
	}))
}

func (s *station) player(name string, to target.Target) output.Sink {
	return ffmpeg.NewPlayer(to.Program, s.child(name, &secrets{}, nil))
}
