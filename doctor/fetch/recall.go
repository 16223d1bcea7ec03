package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"godoctor/scan/regular"
)

// pageSize is what a file system writes, and loses, as one.
const pageSize = 4096

// recall takes over what an earlier run has left: the blocks whose checksums are right, up to the first that is not, and
// what stands behind the last.
func (p *part) recall(ctx context.Context) error {
	data, err := regular.ReadFile(p.path+sidecarEnd, maxSidecar)
	if err != nil {
		return p.cut()
	}
	old, err := parseSidecar(data, p.limit)
	if err != nil || old.URL != p.URL || old.Module != p.Module {
		return p.cut()
	}
	p.sidecar = old
	p.Bytes, p.Sums, p.Rest, p.Done = 0, nil, "", false
	right, err := p.prove(ctx, &old)
	if err == nil && right && !p.Done && !p.wary {
		err = p.believe(ctx)
	}
	if err != nil {
		return err
	}
	return p.cut()
}

// doubt goes back to the bytes that the sidecar knows of.
func (p *part) doubt(ctx context.Context) error {
	p.beyond, p.wary = 0, true
	compared := p.Compared
	if _, err := p.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := p.start(); err != nil {
		return err
	}
	err := p.recall(ctx)
	p.Compared = compared
	return err
}

// prove takes the blocks that are as a sidecar says. It reports whether all are.
func (p *part) prove(ctx context.Context, old *sidecar) (all bool, err error) {
	sums, rest := old.Sums, old.Rest
	for i := range len(sums) + 1 {
		want, size := rest, old.Bytes%blockSize
		if i < len(sums) {
			want, size = sums[i], blockSize
		}
		h := sha256.New()
		n, err := io.Copy(h, io.LimitReader(p.reader(ctx), size))
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case err != nil:
			return false, err
		case n != size || hex.EncodeToString(h.Sum(nil)) != want:
			return false, nil
		}
		p.Bytes += n
		if i < len(sums) {
			p.Sums = append(p.Sums, want)
		} else {
			p.block, p.Done = h, old.Done
		}
	}
	return true, nil
}

// reader reads on in the file until ctx ends.
func (p *part) reader(ctx context.Context) io.Reader {
	return readerFunc(func(b []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return p.f.Read(b)
	})
}

// believe takes what stands behind the bytes that the sidecar knows of: whoever was killed had written it, one byte behind the
// other, and what a process has written outlives it. A power failure may have left something else there. Zeros, which it
// would be, are seen here; else it is seen when the end is compared (see ask), or by the sum of the whole, which costs a clean
// start.
func (p *part) believe(ctx context.Context) error {
	fi, err := p.f.Stat()
	if err != nil || fi.Size() > p.limit || p.Size >= 0 && fi.Size() > p.Size {
		return err
	}
	known, in, page := p.Bytes, p.reader(ctx), make([]byte, pageSize)
	for {
		n, err := io.ReadFull(in, page[:pageSize-p.Bytes%pageSize])
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if n == 0 || n >= overlapLeast && len(bytes.Trim(page[:n], "\x00")) == 0 {
			break
		}
		p.count(page[:n])
		if err != nil {
			break
		}
	}
	p.beyond = p.Bytes - known
	return nil
}
