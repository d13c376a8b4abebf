// Package target reads where an output goes to: one line that a person wrote, such as
// icecast://source:secret@radio.example.org:8000/live.mp3 or hls:/srv/www/radio.
//
// It promises that a Target is whole and possible as far as a line can tell, that its
// errors say what to write instead, and that nothing it prints holds a secret. It
// opens nothing and looks at no file, variable or network.
package target

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is the way something is sent.
type Kind string

// The kinds.
const (
	Icecast Kind = "icecast" // to an Icecast server, by our own client
	RTMP    Kind = "rtmp"    // video and sound to a video site, by ffmpeg
	HLS     Kind = "hls"     // a folder of segments, by ffmpeg
	File    Kind = "file"    // recordings in a folder
	Command Kind = "command" // any arguments of ffmpeg
	Speaker Kind = "speaker" // this computer's sound server
	Player  Kind = "player"  // mpv or ffplay
)

// Target is where an output goes to.
type Target struct {
	Kind     Kind
	TLS      bool
	Host     string // with a port
	User     string
	Password string // or env:NAME, or file:PATH
	Path     string // Icecast: the mount; RTMP: application and key; HLS, File: the folder
	Program  string // Player: "mpv", "ffplay" or "" for whichever is there; Speaker: the sound server, "" for the usual one
	Args     []string
	Options  map[string]string // checked
	raw      string
}

// NameRule is what an output may be called, for people: "it is …".
const NameRule = "one word of at most 32 letters, digits and . _ -"

var names = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$`)

// IsName says whether an output may be called so.
func IsName(name string) bool { return names.MatchString(name) }

// Variable is how a secret is written that lies in a variable of the environment; its
// first group is the variable's name.
var Variable = regexp.MustCompile(`\benv:([A-Za-z_][A-Za-z0-9_]*)`)

// most is how long a line may be.
const most = 4096

// Parse reads a target. Errors are sentences for people without secrets.
func Parse(line string) (Target, error) {
	line = strings.TrimSpace(line)
	t := Target{raw: line, Options: map[string]string{}}
	switch {
	case line == "":
		return t, fmt.Errorf("an output needs a place to go to: %s", examples)
	case len(line) > most || !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl):
		return t, fmt.Errorf("that is no place for an output: it is one line of text of at most %d bytes", most)
	case strings.Contains(line, hidden):
		return t, fmt.Errorf("%s stands where a secret was hidden: write the secret itself there, or env:NAME for what a variable holds", hidden)
	}
	scheme, rest, found := strings.Cut(line, ":")
	scheme = strings.ToLower(scheme)
	if !found {
		return t, fmt.Errorf("%q does not say what kind of output it is: %s", MaskLine(line), examples)
	}
	var err error
	switch scheme {
	case "icecast", "icecasts":
		err = t.icecast(scheme == "icecasts", line)
	case "rtmp", "rtmps":
		err = t.rtmp(scheme == "rtmps", line)
	case "hls":
		t.Kind = HLS
		err = t.folder(rest, hlsOptions)
	case "file":
		t.Kind = File
		err = t.folder(rest, fileOptions)
	case "command":
		t.Kind = Command
		err = t.command(rest)
	case "speaker":
		t.Kind, t.Program = Speaker, rest
	case "player":
		t.Kind, t.Program = Player, rest
		if rest != "" && rest != "mpv" && rest != "ffplay" {
			err = fmt.Errorf("player:%s is none that Bandstand knows: write player:, player:mpv or player:ffplay", Mask(rest))
		}
	default:
		err = fmt.Errorf("%q is no kind of output: %s", scheme, examples)
	}
	return t, err
}

const examples = "write icecast://source:PASSWORD@HOST:8000/live.mp3, rtmp://HOST/APP/KEY, hls:FOLDER, file:FOLDER, command:ARGUMENTS of ffmpeg, speaker: or player:"

// AtHome says whether only somebody at this computer may say so: it writes files here,
// runs what is asked for, or makes sound in the room.
func (t Target) AtHome() bool { return t.Kind != Icecast && t.Kind != RTMP }

// Borrows says whether it has a secret in it that lies in a variable or a file of this
// computer: who may not read those could have them sent to a server of their own.
func (t Target) Borrows() bool {
	return strings.HasPrefix(t.Password, "env:") || strings.HasPrefix(t.Password, "file:") || t.Kind == RTMP && strings.Contains(t.Path, "env:")
}

// Clashes says whether two targets cannot be at once: HLS in one folder, where each would
// remove the other's segments.
func (t Target) Clashes(other Target) bool {
	return t.Kind == HLS && other.Kind == HLS && filepath.Clean(t.Path) == filepath.Clean(other.Path)
}

// Raw is the line as it was written, with its secrets: for the store alone.
func (t Target) Raw() string { return t.raw }

// String is the line without its secrets.
func (t Target) String() string { return MaskLine(t.raw) }

// Anchor has the folder of a file: or hls: line begin somewhere: where it is
// relative in folder, after ~/ in the user's own. Other lines stay as they are.
func Anchor(line, folder string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
	scheme = strings.ToLower(scheme)
	if scheme != string(HLS) && scheme != string(File) || rest == "" || rest[0] == '/' || rest[0] == '?' {
		return line
	}
	if own, is := strings.CutPrefix(rest, "~/"); is {
		if home, err := os.UserHomeDir(); err == nil {
			folder, rest = home, own
		}
	}
	path, query, has := strings.Cut(rest, "?")
	path, err := filepath.Abs(filepath.Join(folder, path))
	if err != nil {
		return line // Parse will not be able to tell either: the folder of this process is gone
	}
	if has {
		path += "?" + query
	}
	return scheme + ":" + path
}

func parseURL(line string) (*url.URL, error) {
	u, err := url.Parse(line)
	if err != nil { // url's own errors hold the line, and with it the password
		return nil, fmt.Errorf("%q cannot be read as a URL: write characters such as @, / and %% in a password as %%40, %%2F and %%25", MaskLine(line))
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("%q names no host: write it as %s://HOST/…", MaskLine(line), u.Scheme)
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("%q has a port that cannot be: it is a number from 1 to 65535", MaskLine(line))
		}
	}
	return u, nil
}

func (t *Target) icecast(tls bool, line string) error {
	u, err := parseURL(line)
	if err != nil {
		return err
	}
	t.Kind, t.TLS, t.Host, t.Path = Icecast, tls, u.Host, u.Path
	if u.Port() == "" {
		port := "8000"
		if tls {
			port = "8443" // Icecast's sample configuration
		}
		t.Host = u.Host + ":" + port
	}
	t.User = "source"
	if u.User != nil {
		if name := u.User.Username(); name != "" {
			t.User = name
		}
		t.Password, _ = u.User.Password()
	}
	if len(t.Path) < 2 {
		return fmt.Errorf("%q names no mount: write it as icecast://source:PASSWORD@HOST:8000/live.mp3", MaskLine(line))
	}
	if strings.Contains(u.EscapedPath(), "@") {
		return fmt.Errorf("%q has an @ after its host: write one in a password or a mount as %%40, and / as %%2F", MaskLine(line))
	}
	if t.Password == "" {
		return fmt.Errorf("%q has no password: write it as icecast://source:PASSWORD@HOST:8000/live.mp3; env:NAME in its place reads a variable", MaskLine(line))
	}
	if err := t.options(u.RawQuery, icecastOptions); err != nil {
		return err
	}
	if t.Options["format"] != "" {
		return nil
	}
	format := map[string]string{"mp3": "mp3", "opus": "opus", "ogg": "opus", "oga": "opus", "flac": "flac"}[strings.ToLower(suffix(t.Path))]
	if format == "" {
		format = "mp3" // what a mount without a suffix is on most servers
	}
	t.Options["format"] = format
	return nil
}

func suffix(path string) string {
	at := strings.LastIndexByte(path, '.')
	return path[at+1:]
}

func (t *Target) rtmp(tls bool, line string) error {
	u, err := parseURL(line)
	if err != nil {
		return err
	}
	t.Kind, t.TLS, t.Host, t.Path = RTMP, tls, u.Host, u.EscapedPath()
	if u.RawQuery != "" {
		t.Path += "?" + u.RawQuery
	}
	if u.User != nil {
		t.User = u.User.Username()
		t.Password, _ = u.User.Password()
	}
	if strings.Count(strings.TrimRight(t.Path, "/"), "/") < 2 {
		return fmt.Errorf("that URL names no stream: write it as %s://HOST/APPLICATION/KEY", u.Scheme) // what it has may be the key
	}
	return t.options(u.Fragment, rtmpOptions)
}

// folder reads "DIR?option=value&…".
func (t *Target) folder(rest string, known []option) error {
	path, query, _ := strings.Cut(rest, "?")
	if strings.HasPrefix(path, "///") { // file:///srv/radio
		path = path[2:]
	}
	if path == "" || strings.HasPrefix(path, "//") {
		return fmt.Errorf("%q names no folder: write it as %s:/srv/radio", MaskLine(t.raw), t.Kind)
	}
	if strings.Contains(path, "#") {
		return fmt.Errorf("%q has a # in it: options come after a ?, as in %s:/srv/radio?%s", Mask(t.raw), t.Kind, map[Kind]string{HLS: "codec=opus", File: "every=song"}[t.Kind])
	}
	t.Path = path
	return t.options(query, known)
}

func (t *Target) command(rest string) (err error) {
	if t.Args, err = splitArgs(rest); err != nil {
		return err
	}
	if len(t.Args) == 0 {
		return fmt.Errorf("command: needs the arguments of ffmpeg that follow its input, such as command:-c:a libopus -f ogg /srv/radio/live.ogg")
	}
	return nil
}

// splitArgs splits at spaces; single and double quotes keep words together, a
// backslash takes the next character as it is (not within single quotes).
func splitArgs(s string) ([]string, error) {
	var args []string
	var word strings.Builder
	begun, escaped := false, false
	quote := rune(0)
	for _, r := range s {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, begun = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, begun = r, true
		case r == ' ':
			if begun {
				args = append(args, word.String())
				word.Reset()
			}
			begun = false
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	switch {
	case quote != 0:
		return nil, fmt.Errorf("the arguments end within quotes: close them with %c", quote)
	case escaped:
		return nil, fmt.Errorf("the arguments end with a single backslash: write two for one")
	}
	if begun {
		args = append(args, word.String())
	}
	return args, nil
}

// option is one that a kind knows: one of values, or whatever fits.
type option struct {
	name   string
	values []string
	fits   func(string) bool
	wants  string // what fits wants, for people
}

var (
	icecastOptions = []option{{name: "format", values: []string{"mp3", "opus", "flac"}}, {name: "name"}, {name: "description"}, {name: "genre"}, {name: "url"},
		{name: "public", values: []string{"yes", "no"}}, {name: "insecure", values: []string{"yes", "no"}}}
	rtmpOptions = []option{{name: "picture", values: []string{"roll", "still"}}, {name: "size", values: []string{"1280x720", "1920x1080", "854x480", "640x360"}},
		number("fps", 5, 30), number("video_kbps", 200, 20000), number("kbps", 32, 320), {name: "insecure", values: []string{"yes", "no"}}}
	hlsOptions  = []option{{name: "codec", values: []string{"aac", "opus"}}, number("kbps", 32, 510), number("segment", 1, 10), number("window", 3, 100)}
	fileOptions = []option{{name: "format", values: []string{"flac", "opus", "mp3", "wav"}},
		{name: "every", values: []string{"hour", "song", "day"}}, {name: "limit", fits: isLimit, wants: "a size of at least 10M, such as 500M or 20G"}, number("kbps", 32, 320)}
)

func number(name string, low, high int) option {
	return option{name: name, wants: fmt.Sprintf("a whole number from %d to %d", low, high), fits: func(s string) bool {
		n, err := strconv.Atoi(s)
		return err == nil && n >= low && n <= high
	}}
}

// options reads a query whose every name must be known.
func (t *Target) options(query string, known []option) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("the options of %q cannot be read: write them as name=value&name=value", MaskLine(t.raw))
	}
	for name, vs := range values {
		i := slices.IndexFunc(known, func(o option) bool { return o.name == name })
		if i < 0 {
			var names []string
			for _, o := range known {
				names = append(names, o.name)
			}
			return fmt.Errorf("%s has no option %q: it knows %s", t.Kind, name, strings.Join(names, ", "))
		}
		v, o := vs[len(vs)-1], known[i]
		switch {
		case len(o.values) > 0 && !slices.Contains(o.values, v):
			return fmt.Errorf("%s=%q cannot be: it is %s", name, v, strings.Join(o.values, ", "))
		case o.fits != nil && !o.fits(v):
			return fmt.Errorf("%s=%q cannot be: it is %s", name, v, o.wants)
		case strings.ContainsFunc(v, unicode.IsControl):
			return fmt.Errorf("%s has a control character in it: it is one line of text", name)
		}
		t.Options[name] = v
	}
	return nil
}

// Int is the number of an option, or usual where it was not said.
func (t Target) Int(name string, usual int) int {
	if n, err := strconv.Atoi(t.Options[name]); err == nil {
		return n
	}
	return usual
}

// leastLimit leaves room for recordings, in bytes.
const leastLimit = 10_000_000

func isLimit(s string) bool {
	n, ok := Bytes(s)
	return ok && n >= leastLimit
}

// Bytes reads a size such as 500M or 20G, in powers of 1,000.
func Bytes(s string) (int64, bool) {
	digits := strings.TrimRight(strings.ToUpper(s), "BKMGT")
	unit, ok := map[string]int64{"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[strings.TrimSuffix(strings.ToUpper(s)[len(digits):], "B")]
	n, err := strconv.ParseInt(digits, 10, 32)
	return n * unit, ok && err == nil && n > 0
}
