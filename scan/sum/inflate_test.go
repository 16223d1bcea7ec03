package sum

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
)

// packed deflates data.
func packed(t testing.TB, level int, data []byte, pieces int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for i := range pieces {
		w.Write(data[len(data)*i/pieces : len(data)*(i+1)/pieces])
		if i < pieces-1 {
			w.Flush()
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// samples are texts of many kinds: source code, noise, one byte over and over, nearly nothing.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 70_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	few := make([]byte, 70_000)
	for i := range few {
		few[i] = "ab"[r.IntN(20)/19]
	}
	far := append(bytes.Clone(noise[:32768]), noise[:3000]...) // a match as far away as there can be
	skew := make([]byte, 70_000)                               // codes of all lengths
	for i := range skew {
		for skew[i] = 0; skew[i] < 250 && r.IntN(2) == 0; skew[i]++ {
		}
	}
	out := map[string][]byte{"nothing": {}, "a byte": {'x'}, "noise": noise, "zeros": make([]byte, 100_000), "two letters": few, "far": far,
		"skew": skew, "words": bytes.Repeat([]byte("func main() { return }\n"), 999)}
	source, err := os.ReadFile("zipfile.go")
	if err != nil {
		t.Fatal(err)
	}
	out["source"] = append(source, source[:len(source)/2]...)
	return out
}

// fast inflates what has size bytes, and has what is no part of it behind the input, if that is asked for.
func fast(z *fastInflater, size int, src, behind []byte) ([]byte, bool) {
	dst := make([]byte, size+1+outSlack)
	n, ok := z.whole(dst, size, append(src[:len(src):len(src)], behind...), len(src))
	return dst[:n], ok
}

// inPieces inflates as a stream does, with the first input of so many bytes, and little room for the output.
func inPieces(z *fastInflater, src []byte, input, room int) (out []byte, ok bool) {
	buf := make([]byte, historyLen+room+outSlack)
	z.start(nil, 0, false)
	at, n, s := 0, 0, wantInput
	for from := 0; ; {
		if s == wantInput {
			at -= len(z.src) - z.pos
			end := min(at+input, len(src))
			z.input(src[at:end:end], end-at, end == len(src))
			at = end
		}
		switch n, s = z.inflate(buf, n, historyLen+room); s {
		case refused:
			return nil, false
		case wantInput:
			continue
		}
		if out = append(out, buf[from:n]...); s == allDone || len(out) > agreeMax {
			return out, s == allDone
		}
		copy(buf, buf[n-historyLen:n])
		from, n = historyLen, historyLen
	}
}

// What compress/flate packs, at any level, with stored blocks, fixed codes and others, comes out again, and what the fast way
// did not like it would not have done faster.
func TestInflateFast(t *testing.T) {
	var z fastInflater
	for name, data := range samples(t) {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, flate.DefaultCompression} {
			for _, pieces := range []int{1, 3, 40} {
				src := packed(t, level, data, pieces)
				for _, behind := range []int{0, 1, 20} {
					if got, ok := fast(&z, len(data), src, src[:min(behind, len(src))]); !ok || !bytes.Equal(got, data) {
						t.Fatalf("%s, level %d, %d pieces: %v, %d bytes of %d", name, level, pieces, ok, len(got), len(data))
					}
				}
				for _, input := range []int{headLen, headLen + 7, 3000} {
					if got, ok := inPieces(&z, src, input, input/20); !ok || !bytes.Equal(got, data) {
						t.Fatalf("%s, level %d, %d pieces, %d at once: %v, %d bytes of %d", name, level, pieces, input, ok, len(got), len(data))
					}
				}
				if _, ok := fast(&z, len(data)/2, src, nil); ok && len(data) > 0 {
					t.Errorf("%s, level %d: more fits than there is room for", name, level)
				}
				for cut := range min(len(src), 40) {
					short := src[:len(src)-1-cut]
					if got, ok := fast(&z, len(data), short, src[len(short):]); ok && !bytes.Equal(got, data) {
						t.Errorf("%s, level %d: cut by %d it is something else", name, level, cut+1)
					}
				}
			}
		}
	}
}

// agreeMax is how much of the output is compared.
const agreeMax = 1 << 17

// agree compares the fast way with compress/flate: whatever the one takes the other takes too, and makes the same of it; and as
// a stream it is the same as at once.
func agree(t *testing.T, src []byte) {
	t.Helper()
	var z fastInflater
	got, ok := fast(&z, agreeMax, src, src[:min(len(src), 30)])
	if !ok {
		got = nil
	}
	behind, ok2 := fast(&z, agreeMax, src, nil)
	if ok2 != ok || ok && !bytes.Equal(got, behind) {
		t.Errorf("with something behind it is %v, without %v: %x", ok, ok2, src[:min(len(src), 200)])
	}
	if stream, ok2 := inPieces(&z, src, headLen+len(src)%300, 300+len(src)*7%999); ok2 != ok && len(stream) <= agreeMax || ok && !bytes.Equal(got, stream) {
		t.Errorf("at once it is %v, in pieces %v: %x", ok, ok2, src[:min(len(src), 200)])
	}
	if !ok {
		return
	}
	want, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), agreeMax+1))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, and compress/flate makes %d of it, and says %v: %x", len(got), len(want), err, src[:min(len(src), 200)])
	}
}

// Data with any bit of its beginning, and any byte of the rest, another than it should be.
func TestInflateDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, data := range samples(t) {
		data = data[:min(len(data), 5000)]
		for _, level := range []int{flate.HuffmanOnly, flate.BestSpeed, flate.DefaultCompression} {
			src := packed(t, level, data, 2)
			for bit := range min(8*len(src), 400) {
				bad := bytes.Clone(src)
				bad[bit/8] ^= 1 << (bit % 8)
				agree(t, bad)
			}
			for range 200 {
				bad := bytes.Clone(src)
				bad[r.IntN(len(bad))] = byte(r.Uint32())
				agree(t, bad)
			}
		}
	}
}

func FuzzInflate(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(packed(f, flate.DefaultCompression, data[:min(len(data), 2000)], 1))
		f.Add(packed(f, flate.BestSpeed, data[:min(len(data), 300)], 2))
	}
	f.Fuzz(agree)
}

// BenchmarkInflate compares both ways.
func BenchmarkInflate(b *testing.B) {
	data := samples(b)["source"]
	for _, size := range []int{1000, 6000, len(data)} {
		src := packed(b, flate.DefaultCompression, data[:size], 1)
		dst := make([]byte, size+1+outSlack)
		b.Run(fmt.Sprintf("%d/fast", size), func(b *testing.B) {
			var z fastInflater
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, ok := z.whole(dst, size, src, len(src)); !ok {
					b.Fatal("it does not like it")
				}
			}
		})
		b.Run(fmt.Sprintf("%d/flate", size), func(b *testing.B) {
			var src2 bytes.Reader
			z := flate.NewReader(&src2)
			b.SetBytes(int64(size))
			for b.Loop() {
				src2.Reset(src)
				z.(flate.Resetter).Reset(&src2, nil)
				if n, err := io.ReadFull(z, dst[:size+1]); n != size {
					b.Fatal(err)
				}
			}
		})
	}
}
