package station

import (
	"net/url"
	"strings"

	"bandstand/internal/config"
	"bandstand/internal/ffmpeg"
	"bandstand/internal/output"
	"bandstand/internal/pcm"
	"bandstand/internal/picture"
	"bandstand/internal/target"
)

// stream sends a picture that is drawn here and the sound to a video site.
func (s *station) stream(name string, to target.Target) output.Sink {
	width, height := size(to.Options["size"])
	fps := to.Int("fps", 15)
	var words secrets
	st := ffmpeg.Stream{URL: func() (string, error) { return streamURL(to, &words) }, FPS: fps, VideoKbps: to.Int("video_kbps", 0), Kbps: to.Int("kbps", 0),
		Insecure: to.Options["insecure"] == "yes"}
	cfg := s.child(name, &words, st.Args)
	look := "roll"
	if to.Options["picture"] != "" {
		look = to.Options["picture"]
	}
	painter := picture.New(width, height, look)
	cfg.Picture = &ffmpeg.Picture{Width: width, Height: height, FPS: fps, Paint: func(dst []byte, frame int64) { painter.Paint(dst, s.moment(frame)) }}
	return ffmpeg.New(cfg)
}

// moment is what is to be seen at a frame.
func (s *station) moment(frame int64) picture.Moment {
	now := s.playout.Now()
	m := picture.Moment{Station: "Bandstand", Level: s.feed.level(frame), Waiting: int(s.air.waiting.Load())}
	if s.cfg.URL != "" {
		_, m.Station, _ = strings.Cut(s.cfg.URL, "://")
	}
	if now.Song == nil {
		return m
	}
	m.Song, m.Code = now.Song, now.Item.Code
	// What is painted is a moment ago: the sound waits in rings before it is sent.
	m.Position = max(0, now.Position-pcm.StationRate.Duration(max(0, now.Frame-frame)))
	return m
}

// size is the width and height of a picture, such as 1280x720.
func size(text string) (width, height int) {
	switch text {
	case "1920x1080":
		return 1920, 1080
	case "854x480":
		return 854, 480
	case "640x360":
		return 640, 360
	}
	return 1280, 720
}

// streamURL is where a stream goes to, with its key.
func streamURL(to target.Target, words *secrets) (string, error) {
	u := url.URL{Scheme: "rtmp", Host: to.Host}
	if to.TLS {
		u.Scheme = "rtmps"
	}
	if to.User != "" {
		password, err := config.Secret(to.Password).Reveal()
		if err != nil {
			return "", err
		}
		words.learn(password)
		u.User = url.UserPassword(to.User, password)
	}
	path, err := words.reveal(to.Path)
	return u.String() + path, err
}
