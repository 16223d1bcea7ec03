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

// What compress/flate packs, at any level, with stored blocks, fixed codes and others, comes out again, and what the fast way
// did not like it would not have done faster.
func TestInflateFast(t *testing.T) {
	var z wholeInflater
	for name, data := range samples(t) {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, flate.DefaultCompression} {
			for _, pieces := range []int{1, 3, 40} {
				src := packed(t, level, data, pieces)
				dst := make([]byte, len(data)+1)
				if n, ok := z.inflate(dst, src); !ok || !bytes.Equal(dst[:n], data) {
					t.Fatalf("%s, level %d, %d pieces: %v, %d bytes of %d", name, level, pieces, ok, n, len(data))
				}
				if _, ok := z.inflate(dst[:len(data)/2], src); ok && len(data) > 0 {
					t.Errorf("%s, level %d: more fits than there is room for", name, level)
				}
				for cut := range min(len(src), 40) {
					if n, ok := z.inflate(dst, src[:len(src)-1-cut]); ok && !bytes.Equal(dst[:n], data) {
						t.Errorf("%s, level %d: cut by %d it is something else", name, level, cut+1)
					}
				}
			}
		}
	}
}

// agree compares the fast way with compress/flate: whatever the one takes the other takes too, and makes the same of it.
func agree(t *testing.T, src []byte) {
	t.Helper()
	var z wholeInflater
	dst := make([]byte, 1<<17)
	n, ok := z.inflate(dst, src)
	if !ok {
		return
	}
	want, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(src)), 1<<17+1))
	if err != nil || !bytes.Equal(dst[:n], want) {
		t.Errorf("%d bytes, and compress/flate makes %d of it, and says %v: %x", n, len(want), err, src[:min(len(src), 200)])
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
		dst := make([]byte, size+1)
		b.Run(fmt.Sprintf("%d/fast", size), func(b *testing.B) {
			var z wholeInflater
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, ok := z.inflate(dst, src); !ok {
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
				if n, err := io.ReadFull(z, dst); n != size {
					b.Fatal(err)
				}
			}
		})
	}
}
