// Package config is what the station is told before it starts: built-in
// defaults, then a TOML file, then BANDSTAND_* variables, then the command
// line's flags, each overriding the one before.
//
// It promises that a Config it returns is whole and valid, that nothing in a
// file or a variable is silently ignored, and that every complaint names where
// the value came from and what to write instead. It reads the one file it is
// given and touches nothing else: it makes no folder, opens no port and does
// not look whether a SoundFont exists.
package config

// Config is everything that can be set. The about tags are its documentation:
// they become the comments of Write. A field's key in the file is its toml tag,
// after its table's and a dot; its variable is BANDSTAND_ and the key in
// capitals, the dot an underscore. Lists of tables have no variables.
type Config struct {
	Listen    string   `toml:"listen" about:"Address and port of the web server. Without an address (\":8000\") it listens on all of them; port 0 takes any free one."`
	Data      string   `toml:"data" about:"Folder of the station's songs, its token and its control socket. It is made when it is missing. In a file a relative path starts at the file's folder."`
	SoundFont string   `toml:"soundfont" about:"An SF2 file to play with. Empty: the built-in one."`
	Play      bool     `toml:"play" about:"Compose a song and play it at once when the station starts."`
	Auto      bool     `toml:"auto" about:"Never stop composing: whenever the queue is empty, the next song is a new one."`
	Console   bool     `toml:"console" about:"Take orders from the keyboard (or a pipe)."`
	Speaker   bool     `toml:"speaker" about:"Play on this computer's own speakers too (PulseAudio or PipeWire)."`
	Names     []string `toml:"names" about:"Host names besides localhost and the loopback addresses that are this station's: others are refused."`
	URL       string   `toml:"url" about:"Where others reach the page, such as https://radio.example.org: links that are told begin with it. Empty: http:// and the address of listen."`
	Limits    Limits   `toml:"limits" about:"What strangers may take."`
	Encoders  Encoders `toml:"encoders" about:"The streams, each at a constant rate in kbit/s."`
	Log       Log      `toml:"log" about:"The log goes to standard error."`
	Output    []Output `toml:"output" about:"Other places that the station is sent to, a table each. The order output add does the same."`
	IRC       []IRC    `toml:"irc" about:"IRC networks whose channels give orders, a table each."`
}

// Limits bounds what connections may use.
type Limits struct {
	Listeners   int `toml:"listeners" about:"Listeners at one time, all streams together; one more is told that the station is full."`
	PerAddress  int `toml:"per_address" about:"Connections from one address at one time. This computer's own do not count."`
	HeaderBytes int `toml:"header_bytes" about:"Size of a request's headers, in bytes."`
	HeaderTime  int `toml:"header_seconds" about:"Time that a connection has to send a request's headers, in seconds."`

	PersonSongs  int `toml:"person_songs" about:"Songs that one listener or player may have composed in a row, from IRC. Operators and admins are free."`
	PersonEvery  int `toml:"person_seconds" about:"After so many seconds they may have one more."`
	ChannelSongs int `toml:"channel_songs" about:"The same for all in a channel together."`
	ChannelEvery int `toml:"channel_seconds" about:"After so many seconds a channel may have one more."`
	QueueShare   int `toml:"queue_share" about:"Songs of one person that may wait in the queue."`
	SkipShare    int `toml:"skip_percent" about:"A vote to skip passes with more than so many percent of those who spoke lately."`
	SkipWindow   int `toml:"skip_minutes" about:"Lately: within so many minutes."`
}

// Encoders sets the bit rates.
type Encoders struct {
	OpusKbps int `toml:"opus_kbps" about:"/live.opus: 16 to 510."`
	MP3Kbps  int `toml:"mp3_kbps" about:"/live.mp3: 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256 or 320."`
}

// Log sets what is logged and how.
type Log struct {
	Level  string `toml:"level" about:"debug, info, warn or error."`
	Format string `toml:"format" about:"text or json."`
}

// Default is the configuration of a station that is told nothing. Its Data is
// empty: Load fills it in from the user's surroundings.
func Default() *Config {
	return &Config{
		Listen:  "127.0.0.1:8000",
		Console: true,
		Names:   []string{},
		Limits: Limits{Listeners: 10000, PerAddress: 50, HeaderBytes: 16384, HeaderTime: 10,
			PersonSongs: 3, PersonEvery: 60, ChannelSongs: 10, ChannelEvery: 15, QueueShare: 3, SkipShare: 50, SkipWindow: 15},
		Encoders: Encoders{OpusKbps: 128, MP3Kbps: 128},
		Log:      Log{Level: "info", Format: "text"},
	}
}
