package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	maxTries     = 6               // that got nothing, one after another
	hastyTries   = 2               // where "|" says that the next proxy is as good
	offlineTries = 3               // without a network, where there was one before
	backoffFirst = time.Second / 2 // the most that is waited after the first; doubled with each
	backoffMost  = 30 * time.Second
	retryWithin  = 5 * time.Minute // nothing has come for so long: it is given up
	maxAfter     = 2 * time.Minute // no Retry-After is obeyed for longer
)

// ErrNoNetwork: this machine has no network: no route leads out, or no name is resolved. It is known at the first try,
// or after two more where the host has answered before; nothing else is worth trying before the network is back.
var ErrNoNetwork = errors.New("there is no network")

// backoff is how long to wait before the next try, with full jitter: all who were turned away together do not come
// back together.
func backoff(first time.Duration, fails int) time.Duration {
	most := first
	for range fails - 1 {
		if most *= 2; most >= backoffMost {
			most = backoffMost
			break
		}
	}
	return rand.N(most + 1)
}

// retryAfter reads a Retry-After: seconds or a date. What is neither, and what is over, is 0.
func retryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	if strings.Trim(s, "0123456789") == "" {
		n, ok := digits(s)
		if !ok || n > int64(maxAfter/time.Second) {
			return maxAfter
		}
		return time.Duration(n) * time.Second
	}
	t, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return min(max(t.Sub(now), 0), maxAfter)
}

// isOffline reports whether an error of a connection says that there is no network at all. That one name does not exist does
// not say so.
func isOffline(err error) bool {
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return !dns.IsNotFound
	}
	return noRoute(err)
}

// worthRetrying reports whether the same question may get a better answer.
func (e *Error) worthRetrying() bool {
	switch e.Kind {
	case ErrNetwork, ErrTimeout:
		if dns := (*net.DNSError)(nil); errors.As(e.Err, &dns) {
			return !dns.IsNotFound
		}
		cert := (*tls.CertificateVerificationError)(nil)
		return !errors.As(e.Err, &cert)
	case ErrStatus:
		switch e.Status {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			return true
		}
		return e.Status >= 500
	case errChanged:
		return true
	}
	return false
}

// ending says what an error tells of the host.
func (e *Error) ending(after time.Duration) ending {
	switch {
	case e == nil:
		return wentWell
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusServiceUnavailable && after > 0:
		return throttled
	case e.Kind == ErrNetwork, e.Kind == ErrTimeout, e.Status >= 500:
		return wentWrong
	case e.Kind == ErrStopped, e.Kind == ErrNoNetwork, e.Kind == ErrSpace, e.Kind == ErrDisk, e.Kind == ErrSettings:
		return neutral
	}
	return wentWell
}

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
