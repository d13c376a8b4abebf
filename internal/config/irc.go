package config

import (
	"encoding/hex"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// IRC is a network that the station's bot is on. Load leaves no default to the
// reader: name, nick, user, realname, the port and announce are filled in.
type IRC struct {
	Name             string   `toml:"name" about:"What the station calls the network; every network has another name."`
	Address          string   `toml:"address" about:"The server and its port, such as irc.libera.chat:6697. Without a port it is 6697, or 6667 where tls is false."`
	TLS              bool     `toml:"tls" about:"Speak TLS. Only false does without: passwords and orders can then be read on the way."`
	Insecure         bool     `toml:"insecure" about:"Take any certificate. Whoever is on the way can then be the server: pin the fingerprint instead."`
	Fingerprint      string   `toml:"fingerprint" about:"SHA-256 of the server's certificate in hexadecimal; only that certificate is taken then, whoever signed it."`
	Nick             string   `toml:"nick" about:"The bot's nick: bandstand unless you say another."`
	User             string   `toml:"user" about:"User name that others see before the @. Empty: the nick."`
	RealName         string   `toml:"realname" about:"What whois tells. Empty: a radio station."`
	Password         Secret   `toml:"password" about:"Password of the server, where it wants one. Here and below a secret is the word itself, \"env:NAME\" (a variable) or \"file:PATH\" (the first line of a file)."`
	SASL             string   `toml:"sasl" about:"How to log in while connecting: plain (with sasl_user and sasl_password) or external (with client_cert). Empty: plain where there is a sasl_password, else not at all."`
	SASLUser         string   `toml:"sasl_user" about:"Services account of the bot. Empty: its nick."`
	SASLPassword     Secret   `toml:"sasl_password" about:"Its password."`
	ClientCert       string   `toml:"client_cert" about:"PEM file of a certificate by which the server knows the bot."`
	ClientKey        string   `toml:"client_key" about:"PEM file of its key. Empty: it is in client_cert."`
	NickServPassword Secret   `toml:"nickserv_password" about:"Password to tell NickServ, where the server knows no SASL."`
	Channels         []string `toml:"channels" about:"Channels to be in, such as ['#band']. One with a key: '#band key'."`
	Announce         []string `toml:"announce" about:"Channels that are told which song starts: ['all'], or some of channels, or [] for none."`
	Ignore           []string `toml:"ignore" about:"Masks of people whom the bot does not hear, such as ['*!*@spam.example.org']."`
	Roles            []string `toml:"roles" about:"Who may do what, as 'WHO ROLE' or 'WHO ROLE #channel'. WHO is a services account or a mask such as *!*@host.example.org; ROLE is listener (look, rate), player (new, queue, skip their own songs), operator (skip, stop, auto, loop) or admin. Whom nobody names is a player. The order trust does the same."`
}

// ircRoles are the roles there are, the least first. Package command says what each
// may do.
var ircRoles = []string{"listener", "player", "operator", "admin"}

// Channel splits an entry of Channels into the channel and its key, "" for none.
func Channel(entry string) (name, key string) {
	name, key, _ = strings.Cut(entry, " ")
	return name, strings.TrimSpace(key)
}

// Announces says whether songs that start are told in a channel.
func (n *IRC) Announces(channel string) bool {
	return slices.ContainsFunc(n.Announce, func(a string) bool { return a == "all" || strings.EqualFold(a, channel) })
}

// settleIRC fills in what the file left out.
func (c *Config) settleIRC(folder string, from origin) {
	for i := range c.IRC {
		n := &c.IRC[i]
		if _, said := from[entryKey("irc", i, "tls")]; !said {
			n.TLS = true
		}
		if n.Nick == "" {
			n.Nick = "bandstand"
		}
		if n.User == "" {
			n.User = n.Nick
		}
		if n.RealName == "" {
			n.RealName = "Bandstand, a radio station whose bands are robots"
		}
		if n.SASL == "" && n.SASLPassword != "" {
			n.SASL = "plain"
		}
		if n.SASL == "plain" && n.SASLUser == "" {
			n.SASLUser = n.Nick
		}
		if n.Announce == nil {
			n.Announce = []string{"all"}
		}
		n.Address = withPort(n.Address, n.TLS)
		n.Fingerprint = strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(n.Fingerprint))
		for _, p := range []*string{&n.ClientCert, &n.ClientKey} {
			if *p != "" && !filepath.IsAbs(*p) && !strings.HasPrefix(*p, "~/") {
				*p = filepath.Join(folder, *p)
			}
		}
		for _, s := range n.secrets() {
			*s = s.anchored(folder)
		}
	}
}

func (n *IRC) secrets() []*Secret {
	return []*Secret{&n.Password, &n.SASLPassword, &n.NickServPassword}
}

// withPort adds the usual port to a host that has none.
func withPort(address string, tls bool) string {
	bare := strings.Trim(address, "[]")
	if address == "" || strings.Contains(address, "/") || strings.Contains(address, ":") && net.ParseIP(bare) == nil {
		return address
	}
	if tls {
		return net.JoinHostPort(bare, "6697")
	}
	return net.JoinHostPort(bare, "6667")
}

func (c *Config) validateIRC(from origin) error {
	seen := map[string]bool{}
	for i := range c.IRC {
		n := &c.IRC[i]
		key, what := n.fault()
		if key == "" && seen[strings.ToLower(n.Name)] {
			key, what = "name", fmt.Sprintf("is %q, as that of another network is: give each its own", n.Name)
		}
		if key != "" {
			if _, said := from[entryKey("irc", i, key)]; !said {
				// The line of its [[irc]] is the nearest there is.
				return from.complain(entryKey("irc", i, ""), "%s %s", key, what)
			}
			return from.complain(entryKey("irc", i, key), "%s", what)
		}
		seen[strings.ToLower(n.Name)] = true
	}
	return nil
}

// fault is the first key whose value cannot be, and why; "" for none.
func (n *IRC) fault() (key, what string) {
	for _, t := range []struct{ key, value string }{
		{"name", n.Name}, {"address", n.Address}, {"nick", n.Nick}, {"user", n.User}, {"realname", n.RealName}, {"sasl_user", n.SASLUser},
		{"password", string(n.Password)}, {"sasl_password", string(n.SASLPassword)}, {"nickserv_password", string(n.NickServPassword)},
		{"client_cert", n.ClientCert}, {"client_key", n.ClientKey},
	} {
		// A line break would let a value speak to the server.
		if strings.ContainsFunc(t.value, unicode.IsControl) {
			return t.key, "has a control character in it: it is one line of text"
		}
		if t.value == hidden {
			return t.key, "is what `bandstand config` writes in the place of a secret: write the secret itself, or \"env:NAME\" or \"file:PATH\""
		}
	}
	switch {
	case n.Name == "":
		return "name", "is missing: give the network a name, such as 'libera'"
	case strings.ContainsAny(n.Name, " \t=\"'\\/"):
		return "name", fmt.Sprintf("is %q: it is one word of letters and digits", n.Name)
	case n.Address == "":
		return "address", "is missing: write the server and its port, such as irc.libera.chat:6697"
	case addressFault(n.Address) != "":
		return "address", addressFault(n.Address)
	case !isNick(n.Nick):
		return "nick", fmt.Sprintf("is %q, which no server takes: letters, digits and []\\`_^{|}- it may have, and no digit or - comes first", n.Nick)
	case strings.ContainsAny(n.User, " @!:"):
		return "user", fmt.Sprintf("is %q: it is one word without @ and !", n.User)
	}
	if key, what := n.secureFault(); key != "" {
		return key, what
	}
	return n.listFault()
}

// secureFault is what is wrong with how the bot and the server know each other.
func (n *IRC) secureFault() (key, what string) {
	switch {
	case n.Insecure && !n.TLS:
		return "insecure", "is of no use without tls: leave it out"
	case n.Fingerprint != "" && !n.TLS:
		return "fingerprint", "is of no use without tls: leave it out"
	case n.Fingerprint != "" && n.Insecure:
		return "insecure", "would take any certificate, and fingerprint only one: leave one of them out"
	case n.Fingerprint != "" && !isSHA256(n.Fingerprint):
		return "fingerprint", "is no SHA-256: write its 64 hexadecimal digits (openssl x509 -fingerprint -sha256 prints them)"
	case n.SASL != "" && n.SASL != "plain" && n.SASL != "external":
		return "sasl", fmt.Sprintf("is %q: it must be plain or external", n.SASL)
	case n.SASL == "plain" && n.SASLPassword == "":
		return "sasl_password", "is missing, and sasl plain needs it"
	case n.SASL == "external" && (n.ClientCert == "" || !n.TLS):
		return "client_cert", "is missing, or tls is: sasl external needs both"
	case n.ClientKey != "" && n.ClientCert == "":
		return "client_cert", "is missing, and client_key is of no use without it"
	}
	return "", ""
}

func isSHA256(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32
}

func (n *IRC) listFault() (key, what string) {
	for _, entry := range n.Channels {
		if name, key := Channel(entry); !IsChannel(name) || strings.ContainsAny(key, " ,") || strings.ContainsFunc(key, unicode.IsControl) {
			return "channels", fmt.Sprintf("holds %q, which is no channel: write it as '#band', or '#band key'", entry)
		}
	}
	for _, a := range n.Announce {
		if a != "all" && !slices.ContainsFunc(n.Channels, func(entry string) bool { name, _ := Channel(entry); return strings.EqualFold(name, a) }) {
			return "announce", fmt.Sprintf("holds %q, which is not in channels: write ['all'], some of them, or [] for none", a)
		}
	}
	for _, m := range n.Ignore {
		if m == "" || strings.ContainsFunc(m, isOutside) {
			return "ignore", fmt.Sprintf("holds %q, which is no mask: write it as '*!*@host.example.org' or 'nick!*@*'", m)
		}
	}
	for _, r := range n.Roles {
		words := strings.Fields(r)
		switch {
		case len(words) < 2 || len(words) > 3 || strings.ContainsFunc(strings.Join(words, ""), isOutside):
			return "roles", fmt.Sprintf("holds %q: write 'WHO ROLE' or 'WHO ROLE #channel', such as 'ada operator'", r)
		case !slices.Contains(ircRoles, words[1]):
			return "roles", fmt.Sprintf("holds %q, but %q is no role: write %s", r, words[1], strings.Join(ircRoles, ", "))
		case len(words) == 3 && !IsChannel(words[2]):
			return "roles", fmt.Sprintf("holds %q, but %q is no channel: write it as #band", r, words[2])
		}
	}
	return "", ""
}

// isOutside says whether a character has no place in a mask or an account.
func isOutside(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == ',' }

// IsChannel says whether s can be the name of a channel.
func IsChannel(s string) bool {
	return len(s) > 1 && len(s) <= 200 && strings.ContainsRune("#&+!", rune(s[0])) && !strings.ContainsFunc(s, isOutside)
}

// isNick says whether a server that keeps to RFC 2812, or to UTF-8 beyond it, may
// take s as a nick.
func isNick(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 && unicode.IsLetter(r) || strings.ContainsRune("[]\\`_^{|}", r)
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// addressFault is what is wrong with a server's address, "" for nothing.
func addressFault(address string) string {
	const write = "write the server and its port, such as irc.libera.chat:6697"
	host, port, err := net.SplitHostPort(address)
	if err != nil || !isHostName(host) || strings.Contains(address, "/") {
		return fmt.Sprintf("is %q: %s", address, write)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Sprintf("is %q: its port must be a number from 1 to 65535", address)
	}
	return ""
}
