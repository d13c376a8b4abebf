package config

import (
	"fmt"
	"net"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mp3Rates are the constant bit rates of MPEG-1 layer III, which is what 48 kHz is.
var mp3Rates = []int{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}

// kind is what a field's value must be, for people.
func (f field) kind() string {
	if f.isList() {
		return fmt.Sprintf("a list of tables: write [[%s]] on a line of its own and its keys below", f.key)
	}
	switch f.value.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		return `a list of words in quotes, such as ["radio.example.org"]`
	case reflect.Struct:
		return fmt.Sprintf("a table: write [%s] on a line of its own and its keys below", f.key)
	}
	return "text in quotes"
}

// validate is the one place where values are judged.
func (c *Config) validate(from origin) error {
	if what := listenFault(c.Listen); what != "" {
		return from.complain("listen", "%s", what)
	}
	for _, f := range fields(c) {
		if f.value.Kind() == reflect.String && (strings.ContainsRune(f.value.String(), 0) || !utf8.ValidString(f.value.String())) {
			return from.complain(f.key, "is %q: it must be UTF-8 text without a zero byte", f.value.String())
		}
	}
	if c.URL != "" && !isURL(c.URL) {
		return from.complain("url", "is %q: write it with http:// or https:// and without a / at its end, such as https://radio.example.org", c.URL)
	}
	for _, name := range c.Names {
		if !isHostName(name) {
			return from.complain("names", "holds %q, which is not a host name: write it without http:// and without a port, such as radio.example.org", name)
		}
	}
	for _, l := range []struct {
		key              string
		value, low, high int
	}{
		{"limits.listeners", c.Limits.Listeners, 1, 1_000_000},
		{"limits.per_address", c.Limits.PerAddress, 1, 1_000_000},
		{"limits.header_bytes", c.Limits.HeaderBytes, 1024, 1 << 20},
		{"limits.header_seconds", c.Limits.HeaderTime, 1, 600},
		{"limits.person_songs", c.Limits.PersonSongs, 1, 1000},
		{"limits.person_seconds", c.Limits.PersonEvery, 1, 86_400},
		{"limits.channel_songs", c.Limits.ChannelSongs, 1, 1000},
		{"limits.channel_seconds", c.Limits.ChannelEvery, 1, 86_400},
		{"limits.queue_share", c.Limits.QueueShare, 1, 1000},
		{"limits.skip_percent", c.Limits.SkipShare, 0, 100},
		{"limits.skip_minutes", c.Limits.SkipWindow, 1, 1440},
		{"encoders.opus_kbps", c.Encoders.OpusKbps, 16, 510},
	} {
		if l.value < l.low || l.value > l.high {
			return from.complain(l.key, "is %d: it must be %d to %d", l.value, l.low, l.high)
		}
	}
	if !slices.Contains(mp3Rates, c.Encoders.MP3Kbps) {
		return from.complain("encoders.mp3_kbps", "is %d: it must be one of %s", c.Encoders.MP3Kbps, strings.Trim(fmt.Sprint(mp3Rates), "[]"))
	}
	for _, w := range []struct {
		key, value string
		known      []string
	}{
		{"log.level", c.Log.Level, []string{"debug", "info", "warn", "error"}},
		{"log.format", c.Log.Format, []string{"text", "json"}},
	} {
		if !slices.Contains(w.known, w.value) {
			return from.complain(w.key, "is %q: it must be %s", w.value, strings.Join(w.known, ", "))
		}
	}
	if err := c.validateOutputs(from); err != nil {
		return err
	}
	return c.validateIRC(from)
}

// listenFault is what is wrong with an address to listen on, "" for nothing.
func listenFault(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		switch {
		case net.ParseIP(strings.Trim(listen, "[]")) != nil && strings.Contains(listen, ":"):
			return fmt.Sprintf("is %q, which has no port: write [%s]:8000", listen, strings.Trim(listen, "[]"))
		case listen == "":
			return "is empty: write an address and a port, such as 127.0.0.1:8000"
		case strings.Contains(listen, "//"):
			return fmt.Sprintf("is %q: write it without http://, such as 127.0.0.1:8000", listen)
		case !strings.Contains(listen, ":") && isNumber(listen):
			return fmt.Sprintf("is %q: write the address before the port, such as 127.0.0.1:%s", listen, listen)
		case !strings.Contains(listen, ":"):
			return fmt.Sprintf("is %q, which has no port: write %s:8000", listen, listen)
		}
		return fmt.Sprintf("is %q: write an address and a port, such as 127.0.0.1:8000 or [::1]:8000", listen)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 || !isNumber(port) {
		return fmt.Sprintf("is %q: its port must be a number from 0 to 65535", listen)
	}
	if host != "" && net.ParseIP(strings.SplitN(host, "%", 2)[0]) == nil && !isHostName(host) {
		return fmt.Sprintf("is %q: %q is neither an address nor a host name", listen, host)
	}
	return ""
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isHostName says whether s may be a host's name or address, without a port.
func isHostName(s string) bool {
	if net.ParseIP(s) != nil {
		return true
	}
	if s == "" || len(s) > 253 || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`/\:@?#"'<>[]`, r) {
			return false
		}
	}
	return true
}

// isURL says whether paths of the station can be put after s.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" &&
		!strings.HasSuffix(s, "/") && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}
