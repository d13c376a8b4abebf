// Package mp3 turns sound into MP3, for listeners and for files. The encoder is
// LAME, compiled to WebAssembly and run inside the process.
//
// It promises a constant bitrate, silence included, and packets of one whole frame
// (24 ms) each. For listeners every frame stands alone (no bit reservoir), so that
// it is sent as soon as LAME has made it and any frame is as good as the first to
// join at. Files may use the reservoir, and say how many samples players must cut
// off, so that they play to the exact length.
//
// It does not send titles: ICY metadata is the business of who sends the stream.
package mp3

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

//go:embed lame/lame.wasm
var lameBinary []byte

// Module is LAME's program, compiled once and shared by all encoders. It is safe
// for any number of goroutines.
type Module struct {
	mu       sync.Mutex
	runtime  wazero.Runtime // nil until compiled
	compiled wazero.CompiledModule
	closed   bool
}

// NewModule makes a module that costs nothing until it is first used.
func NewModule() *Module { return &Module{} }

// memoryPages is how much memory an encoder may take: 8 MB, ten times what it does.
const memoryPages = 128

// Compile gets the module ready, which takes about a tenth of a second; a first
// NewEncoder or Write does it if nobody did.
func (m *Module) Compile(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errors.New("the MP3 module is closed")
	}
	if m.runtime != nil {
		return nil
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages))
	_, err := wasi_snapshot_preview1.Instantiate(ctx, runtime)
	if err == nil {
		m.compiled, err = runtime.CompileModule(ctx, lameBinary)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("compiling LAME: %w", err), runtime.Close(ctx))
	}
	m.runtime = runtime
	return nil
}

// Close gives everything back. Encoders that are still open fail from then on.
func (m *Module) Close(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	if m.runtime == nil {
		return nil
	}
	runtime := m.runtime
	m.runtime, m.compiled = nil, nil
	return runtime.Close(ctx)
}

// lame is one encoder inside a memory of its own.
type lame struct {
	module         api.Module
	encode, finish api.Function
	input, output  uint32    // places in its memory
	stack          [1]uint64 // argument and result of a call
	delay          int       // frames before the first that LAME is given
}

const (
	maxInput = 1152 // frames a call
	quality  = 3    // LAME's own choice for a constant bitrate; 2 takes twice the time and measures no better
)

// reservoir says whether frames may borrow bits from each other.
type reservoir uint64

const (
	without reservoir = 0 // every frame stands alone: for listeners
	with    reservoir = 1 // better sound, frames complete later: for files
)

// open starts an encoder of kilobits a second.
func (m *Module) open(ctx context.Context, kilobits, rate int, r reservoir) (*lame, error) {
	if err := m.Compile(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	runtime, compiled := m.runtime, m.compiled
	m.mu.Unlock()
	if runtime == nil {
		return nil, errors.New("the MP3 module is closed")
	}
	module, err := runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, fmt.Errorf("starting LAME: %w", err)
	}
	l := &lame{module: module, encode: module.ExportedFunction("encode"), finish: module.ExportedFunction("finish")}
	if err := l.start(ctx, kilobits, rate, r); err != nil {
		return nil, errors.Join(err, module.Close(ctx))
	}
	return l, nil
}

func (l *lame) start(ctx context.Context, kilobits, rate int, r reservoir) error {
	ask := func(name string, args ...uint64) (int32, error) {
		f := l.module.ExportedFunction(name)
		if f == nil {
			return 0, fmt.Errorf("starting LAME: it has no %s", name)
		}
		result, err := f.Call(ctx, args...)
		if err != nil {
			return 0, fmt.Errorf("starting LAME: %w", err)
		}
		return int32(result[0]), nil
	}
	if code, err := ask("open", uint64(rate), uint64(kilobits), quality, uint64(r)); err != nil {
		return err
	} else if code != 0 {
		return fmt.Errorf("starting LAME at %d kbit/s: it says %d", kilobits, code)
	}
	input, err := ask("input")
	if err != nil {
		return err
	}
	output, err := ask("output")
	if err != nil {
		return err
	}
	delay, err := ask("delay")
	l.input, l.output, l.delay = uint32(input), uint32(output), int(delay)
	return err
}

// call runs encode or finish and returns the bytes that came out, good until the
// next call. It takes no context: there is nothing to wait for.
func (l *lame) call(f api.Function, argument uint64) ([]byte, error) {
	l.stack[0] = argument
	if err := f.CallWithStack(context.Background(), l.stack[:]); err != nil {
		return nil, fmt.Errorf("running LAME: %w", err)
	}
	n := int32(l.stack[0])
	if n < 0 {
		return nil, fmt.Errorf("running LAME: it says %d", n)
	}
	out, ok := l.module.Memory().Read(l.output, uint32(n))
	if !ok {
		return nil, fmt.Errorf("running LAME: %d bytes are more than it has", n)
	}
	return out, nil
}
