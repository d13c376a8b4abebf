package ffmpeg

import (
	"errors"
	"runtime/debug"

	"bandstand/internal/pcm"
)

// paint feeds a child the picture, frame by frame as its sound goes on, so that both
// are of one time. A child that is half a second behind gets the last picture again.
func (r *run) paint(l *listener, p *Picture) {
	conn, err := l.accept(r.ctx, r.limits.start)
	if err != nil {
		r.cancel(err)
		return
	}
	w := r.writer(conn, pictureBuffer)
	defer w.close()
	defer func() {
		if p := recover(); p != nil {
			r.c.Log.Error("the picture of an output panicked", "panic", p, "stack", string(debug.Stack()))
			r.cancel(errors.New("its picture could not be painted; the log has the details"))
		}
	}()
	buf := make([]byte, p.Width*p.Height*3/2)
	rate := int64(pcm.StationRate)
	for n := int64(0); ; n++ {
		at := n * rate / int64(p.FPS) // in frames of the child's sound
		for r.sound.sent.Load() <= at {
			select {
			case <-r.ctx.Done():
				return
			case <-r.wrote:
			}
		}
		if n == 0 || r.sound.sent.Load()-at <= rate/2 {
			p.Paint(buf, r.sound.frame(at))
		}
		limit := r.limits.stuck
		if !r.moving() {
			limit = r.limits.start
		}
		if err := w.write(r.ctx, buf, limit); err != nil {
			r.cancel(err)
			return
		}
	}
}
