package ffmpeg

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"bandstand/internal/output"
)

// name is what the child is called.
func (r *run) name() string {
	if r.child == nil {
		return "ffmpeg"
	}
	return filepath.Base(r.child.cmd.Path)
}

// unmended is how long it is waited where only a person can help.
const unmended = 10 * time.Second

// missing is why a program did not start.
func missing(err error, program string) error {
	switch {
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		hint := "check the path"
		switch filepath.Base(program) {
		case "mpv":
			hint = "Debian: apt install mpv"
		case "ffmpeg", "ffplay":
			hint = "Debian: apt install ffmpeg"
		}
		return output.Patience(fmt.Errorf("%s is not installed (%s)", program, hint), unmended)
	case errors.Is(err, fs.ErrPermission):
		return output.Patience(fmt.Errorf("%s may not be run: it needs the right to be executed", program), unmended)
	default:
		return fmt.Errorf("%s could not be started: %w", program, err)
	}
}

// cause is one that can be told by what ffmpeg says, and what to do.
type cause struct {
	says *regexp.Regexp
	do   string // $1 is what the expression found
	wait time.Duration
}

var causes = []cause{
	{regexp.MustCompile(`(?i)Unknown encoder '([^']*)'`), "this ffmpeg has no $1: install one that has (Debian's has all that Bandstand asks for), or ask for another codec", unmended},
	{regexp.MustCompile(`(?i)Requested output format '([^']*)' is not`), "this ffmpeg cannot write $1: install a fuller one, such as Debian's", unmended},
	{regexp.MustCompile(`(?i)No space left on device`), "the disk is full: make room there", 5 * time.Second},
	{regexp.MustCompile(`(?i)Read-only file system`), "the folder is on a disk that cannot be written", unmended},
	{regexp.MustCompile(`(?i)Permission denied`), "it may not write there: give the station's user the right to", unmended},
	{regexp.MustCompile(`(?i)\b401\b|Unauthorized|authentication failed`), "the server refused the password or key", unmended},
	{regexp.MustCompile(`(?i)\b403\b|Forbidden`), "the server does not allow it: is the key right, and is nobody else sending with it?", unmended},
	{regexp.MustCompile(`(?i)\b404\b|Server returned 404`), "the server knows no such place: check the address", unmended},
	{regexp.MustCompile(`(?i)Connection refused`), "nobody answers there: is the server running, and the port right?", 0},
	{regexp.MustCompile(`(?i)Failed to resolve hostname|Name or service not known|Temporary failure in name resolution`), "the server's name is not known: check its spelling, and the network", 0},
	{regexp.MustCompile(`(?i)(?:Connection|Operation) timed out`), "the server does not answer", 0},
	{regexp.MustCompile(`(?i)certificate (?:failed )?verif|certificate's owner does not match`), "nobody whom this computer trusts vouches for the server's certificate: is the address right? #insecure=yes after it takes any", unmended},
	{regexp.MustCompile(`(?i)No such file or directory`), "the folder is not there: make it", unmended},
	{regexp.MustCompile(`(?i)Address already in use`), "another program has that port", 0},
	{regexp.MustCompile(`(?i)(?:Unrecognized option '?([^'.\s]*)|Option ([^ ]*) not found)`), "it does not know an option: check the arguments", unmended},
}

// noDevice is what players, and the libraries that they play by, say where there is
// nothing to play on. Taken for ffmpeg's words these would speak of folders and servers.
var noDevice = regexp.MustCompile(`(?i)audio open failed|(?:could not|couldn't|failed to) (?:open|initialize|open/initialize) (?:audio|SDL)|` +
	`^ALSA lib |\bao(?:/\w+)?\].*(?:fail|error|could)|\bpw\.conf\b|pulseaudio|pipewire|jack server is not running`)

// trouble is why the child ended by itself, in words.
func (l *lines) trouble(how string) error {
	last := l.last()
	switch {
	case strings.HasPrefix(how, "signal: "):
		return fmt.Errorf("%s ended (%s)", l.name, how) // from outside: it could say nothing of that
	case !l.player:
		return trouble(l.name, how, last, causes)
	case noDevice.MatchString(last) || l.name == "mpv" && how == "exit status 2": // mpv's for what it cannot play, which our sound is only without a device
		return output.Patience(fmt.Errorf("%s found no sound device: is PulseAudio or PipeWire running?", l.name), 5*time.Second)
	default:
		return trouble(l.name, how, last, nil)
	}
}

func trouble(name, how, last string, causes []cause) error {
	if how == "exit status 0" {
		return fmt.Errorf("%s ended by itself: its arguments let it", name)
	}
	if last == "" {
		return fmt.Errorf("%s ended (%s) without a word", name, how)
	}
	for _, c := range causes {
		if m := c.says.FindStringSubmatchIndex(last); m != nil {
			do := string(c.says.ExpandString(nil, c.do, last, m))
			err := fmt.Errorf("%s ended (%s): %s; it said: %s", name, how, do, last)
			if c.wait > 0 {
				return output.Patience(err, c.wait)
			}
			return err
		}
	}
	return fmt.Errorf("%s ended (%s): %s", name, how, last)
}

// empty are last words that say nothing.
var empty = regexp.MustCompile(`(?i)^(\[\w+\] )?(Conversion failed!?|Error opening output files?: .*|Exiting normally.*|Received signal.*|.*Qavg: .*)$`)

// last is the line that tells most of why the child ended, masked: one of a known
// cause, else the last error, else the last line.
func (l *lines) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	best, rank := "", 0
	for _, line := range l.kept {
		if r := l.telling(line); r >= rank {
			best, rank = line, r
		}
	}
	return shown(l.masks(plain(best)))
}

func (l *lines) telling(line string) int {
	switch {
	case empty.MatchString(line):
		return 0
	case l.player && noDevice.MatchString(line), !l.player && known(line):
		return 3
	case strings.Contains(line, "[error]") || strings.Contains(line, "[fatal]"):
		return 2
	default:
		return 1
	}
}

func known(line string) bool {
	for _, c := range causes {
		if c.says.MatchString(line) {
			return true
		}
	}
	return false
}

var marks = regexp.MustCompile(`\[(?:error|fatal|warning|info)\] |\[[\w:, ./-]+ @ 0x[0-9a-f]+\] `)

// plain is a line without ffmpeg's marks.
func plain(line string) string { return marks.ReplaceAllString(line, "") }
