package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// least is the least that a network needs.
const least = "[[irc]]\nname = 'home'\naddress = 'irc.example.org'\n"

func TestANetworkNeedsLittle(t *testing.T) {
	c := load(t, write(t, least+"channels = ['#band', '#attic sesame']\n[[irc]]\nname = 'lab'\naddress = '[::1]:7000'\ntls = false\nnick = 'tin'\nannounce = []\nsasl_password = 'x'"), nil, nil)
	want := []IRC{
		{Name: "home", Address: "irc.example.org:6697", TLS: true, Nick: "bandstand", User: "bandstand", RealName: "Bandstand, a radio station whose bands are robots",
			Channels: []string{"#band", "#attic sesame"}, Announce: []string{"all"}},
		{Name: "lab", Address: "[::1]:7000", Nick: "tin", User: "tin", RealName: "Bandstand, a radio station whose bands are robots",
			SASL: "plain", SASLUser: "tin", SASLPassword: "x", Announce: []string{}},
	}
	if !reflect.DeepEqual(c.IRC, want) {
		t.Errorf("got  %+v\nwant %+v", c.IRC, want)
	}
	if !c.IRC[0].Announces("#Attic") || c.IRC[1].Announces("#band") {
		t.Error("all channels of the first network announce, none of the second")
	}
	if name, key := Channel(c.IRC[0].Channels[1]); name != "#attic" || key != "sesame" {
		t.Errorf("got %q, %q", name, key)
	}
	for address, want := range map[string]string{"a.example": "a.example:6667", "::1": "[::1]:6667", "[::1]": "[::1]:6667", "10.0.0.1:6668": "10.0.0.1:6668"} {
		if c := load(t, write(t, "[[irc]]\nname = 'a'\ntls = false\naddress = '"+address+"'"), nil, nil); c.IRC[0].Address != want {
			t.Errorf("%s: got %s, want %s", address, c.IRC[0].Address, want)
		}
	}
}

func TestComplaintsAboutNetworks(t *testing.T) {
	cases := []struct {
		file string
		want []string
	}{
		{"[[irc]]\naddress = 'a.example'", []string{"radio.toml:1: irc[0] name is missing", "'libera'"}},
		{"[[irc]]\nname = 'a b'\naddress = 'a.example'", []string{"radio.toml:2: irc[0].name", "one word"}},
		{"[[irc]]\nname = 'home'", []string{"radio.toml:1: irc[0] address is missing", "irc.libera.chat:6697"}},
		{least + least, []string{"radio.toml:5: irc[1].name", "give each its own"}},
		{least + "[[irc]]\nname = 'lab'\naddress = 'lab.example:0'", []string{"radio.toml:6: irc[1].address", "1 to 65535"}},
		{"[[irc]]\nname = 'a'\naddress = 'ircs://a.example'", []string{"radio.toml:3: irc[0].address", "write the server and its port"}},
		{least + "nick = '1up'", []string{"radio.toml:4: irc[0].nick", "no digit or - comes first"}},
		{least + "nick = 'a b'", []string{"irc[0].nick"}},
		{least + "user = 'a@b'", []string{"irc[0].user", "without @"}},
		{least + `realname = "a\nQUIT"`, []string{"radio.toml:4: irc[0].realname", "control character"}},
		{least + `password = "hush\r\nQUIT"`, []string{"irc[0].password", "control character"}},
		{least + `password = "(hidden)"`, []string{"irc[0].password", "bandstand config", "env:NAME"}},
		{least + "tls = false\ninsecure = true", []string{"radio.toml:5: irc[0].insecure", "without tls"}},
		{least + "tls = false\nfingerprint = 'ab'", []string{"irc[0].fingerprint", "without tls"}},
		{least + "fingerprint = 'ab:cd'", []string{"irc[0].fingerprint", "64 hexadecimal digits"}},
		{least + "insecure = true\nfingerprint = '" + strings.Repeat("AB:", 31) + "AB'", []string{"irc[0].insecure", "leave one of them out"}},
		{least + "sasl = 'scram'", []string{"irc[0].sasl", "plain or external"}},
		{least + "sasl = 'plain'", []string{"irc[0] sasl_password is missing"}},
		{least + "sasl = 'external'", []string{"irc[0] client_cert is missing"}},
		{least + "client_key = 'k.pem'", []string{"irc[0] client_cert is missing"}},
		{least + "channels = ['band']", []string{"irc[0].channels", `"band"`, "'#band'"}},
		{least + "channels = ['#a,#b']", []string{"irc[0].channels"}},
		{least + "channels = ['#a']\nannounce = ['#b']", []string{"irc[0].announce", `"#b"`, "['all']"}},
		{least + "ignore = ['a b']", []string{"irc[0].ignore", "is no mask"}},
		{least + "roles = ['ada']", []string{"irc[0].roles", "'WHO ROLE'"}},
		{least + "roles = ['ada king']", []string{"irc[0].roles", `"king" is no role`, "listener, player, operator, admin"}},
		{least + "roles = ['ada admin band']", []string{"irc[0].roles", `"band" is no channel`}},
		{least + "addresz = 'x'", []string{"radio.toml:4: ", `"addresz" in [[irc]]`, "did you mean address"}},
		{least + least + "tsl = true", []string{"radio.toml:7: ", "did you mean tls"}},
		{least + "tls = 'yes'", []string{"radio.toml:4: irc.tls must be true or false"}},
		{"irc = 5", []string{"radio.toml:1: irc must be a list of tables", "[[irc]]"}},
		{"play = true\n[irc]\nname = 'home'", []string{"radio.toml:2: irc is a list of tables: write [[irc]]"}},
		{"irc = {name = 'home'}", []string{"radio.toml:1: irc must be a list of tables: write [[irc]]"}},
		{"irc = [{name = 'a', address = 'a.example', tls = false, insecure = true}]", []string{"radio.toml:1: irc[0].insecure", "without tls"}},
	}
	for _, tc := range cases {
		_, err := Load(write(t, tc.file), home, nil)
		if err == nil {
			t.Errorf("accepted:\n%s", tc.file)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q\ndoes not contain %q", err, want)
			}
		}
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("%q tells the password", err)
		}
	}
	if _, err := Load("", append(home, "BANDSTAND_IRC_NAME=x"), nil); err == nil {
		t.Error("a network by a variable was accepted")
	}
	if _, err := Load("", home, map[string]string{"irc.name": "x"}); err == nil {
		t.Error("a network by a flag was accepted")
	}
}

func TestSecretsAreNotSeen(t *testing.T) {
	file := write(t, least+"password = 'hush'\nsasl_password = 'env:BANDSTAND_WORD'\nnickserv_password = 'file:word'\nclient_cert = 'c.pem'\nclient_key = '~/k.pem'")
	c := load(t, file, []string{"BANDSTAND_WORD=x"}, nil)
	n := &c.IRC[0]
	var out, log bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&log, nil)).Info("network", "irc", n.Password)
	js, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{out.String(), log.String(), string(js), fmt.Sprintf("%v %+v %#v %s %q", *n, *n, *n, n.Password, n.Password)} {
		if strings.Contains(text, "hush") || !strings.Contains(text, hidden) {
			t.Errorf("the word is seen, or nothing in its place:\n%s", text)
		}
	}
	folder := filepath.Dir(file)
	if n.ClientCert != filepath.Join(folder, "c.pem") || n.ClientKey != "/home/ada/k.pem" || string(n.NickServPassword) != "file:"+filepath.Join(folder, "word") {
		t.Errorf("paths: %s, %s, %s", n.ClientCert, n.ClientKey, n.NickServPassword)
	}
	for _, want := range []string{"sasl_password = 'env:BANDSTAND_WORD'", "nickserv_password = 'file:/"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not in\n%s", want, out.String())
		}
	}
}

func TestSecretsAreRevealed(t *testing.T) {
	t.Setenv("BAND_WORD", "sesame")
	t.Setenv("BAND_LINES", "a\nQUIT")
	folder := t.TempDir()
	file := func(text string) Secret {
		path := filepath.Join(folder, fmt.Sprint(len(text)))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Secret("file:" + path)
	}
	for _, tc := range []struct {
		secret    Secret
		want, err string
	}{
		{"", "", ""},
		{"hush", "hush", ""},
		{"env:BAND_WORD", "sesame", ""},
		{"env:BAND_NONE", "", "BAND_NONE, which holds a secret, is not set"},
		{"env:BAND_LINES", "", "control character"},
		{file("sesame\r\n# the first line counts\n"), "sesame", ""},
		{file(""), "", "is empty"},
		{file(strings.Repeat("x", maxSecret+1)), "", "the right file"},
		{Secret("file:" + folder + "/none"), "", "none"},
	} {
		got, err := tc.secret.Reveal()
		if got != tc.want || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
			t.Errorf("%v: got %q, %v", tc.secret, got, err)
		}
	}
}

// TestNetworksReadBack writes networks, and the example that stands for none.
func TestNetworksReadBack(t *testing.T) {
	c := load(t, write(t, least+"password = 'env:X'\nroles = ['ada operator']\n"+strings.Replace(least, "home", "lab", 1)), nil, nil)
	for i := range c.IRC { // what is nil and what is empty look the same in a file
		n := &c.IRC[i]
		n.Channels, n.Ignore = []string{}, []string{}
		if n.Roles == nil {
			n.Roles = []string{}
		}
	}
	back, text := again(t, c)
	if !reflect.DeepEqual(back, c) {
		t.Errorf("read back %+v\nwrote %+v\n%s", back.IRC, c.IRC, text)
	}
	_, text = again(t, load(t, "", nil, nil))
	at := strings.Index(text, "#[[irc]]")
	if at < 0 {
		t.Fatalf("no example in\n%s", text)
	}
	var example strings.Builder
	for line := range strings.Lines(text[at:]) {
		if !strings.HasPrefix(line, "# ") {
			example.WriteString(strings.TrimPrefix(line, "#"))
		}
	}
	if c := load(t, write(t, example.String()), nil, nil); len(c.IRC) != 1 || c.IRC[0].Channels[0] != "#band" {
		t.Errorf("the example is\n%s", example.String())
	}
}
