package fetch

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"godoctor/scan/gocmd"
)

// A goauth is what the commands of GOAUTH have said (cmd/go/internal/auth). They are run once before the first request over
// https, and once again for each address that is answered with 4xx; netrc is no command, and "git DIR" is left to the go
// command.
type goauth struct {
	commands []string
	run      func(ctx context.Context, command, url string, answer []byte) ([]byte, error)
	first    bool // netrc stands before all of them: its credentials win

	turn  chan struct{} // who runs commands holds it: whoever waits for it may go away
	ran   bool
	asked map[string]bool

	mu      sync.Mutex
	headers map[string]http.Header // by host, port and path, without https://
	err     error                  // of the last command that failed
}

var errGit = errors.New(`GOAUTH names "git", which only the go command runs`)

// authCommands takes from a GOAUTH what is neither netrc nor off nor git.
func authCommands(value string) (commands []string, netrcFirst, git bool) {
	for command := range strings.SplitSeq(value, ";") {
		words := strings.Fields(command)
		switch {
		case len(words) == 0:
		case words[0] == "off":
			return nil, false, false
		case words[0] == "netrc":
			netrcFirst = netrcFirst || len(commands) == 0
		case words[0] == "git":
			git = true
		default:
			commands = append(commands, strings.TrimSpace(command))
		}
	}
	return commands, netrcFirst, git
}

// newGoauth makes that of some settings.
func newGoauth(s Settings) *goauth {
	a := &goauth{turn: make(chan struct{}, 1), asked: map[string]bool{}, headers: map[string]http.Header{}}
	var git bool
	if a.commands, a.first, git = authCommands(s.auth); git {
		a.err = errGit
	}
	a.run = func(ctx context.Context, command, url string, answer []byte) ([]byte, error) {
		return gocmd.GoAuth(ctx, command, s.environ, url, answer)
	}
	return a
}

// header gives what to send to an address, after the commands were run once.
func (a *goauth) header(ctx context.Context, u *url.URL) http.Header {
	if len(a.commands) == 0 || u.Scheme != "https" {
		return nil
	}
	if !a.take(ctx) {
		return nil
	}
	if !a.ran {
		a.runAll(ctx, "", nil)
		a.ran = ctx.Err() == nil
	}
	<-a.turn
	return a.find(u)
}

// take takes the turn, unless the context ends.
func (a *goauth) take(ctx context.Context) bool {
	select {
	case a.turn <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// refused runs the commands for an address that was answered with 4xx, once, and reports whether they have said something new
// about it.
func (a *goauth) refused(ctx context.Context, u *url.URL, resp *http.Response) bool {
	if len(a.commands) == 0 || u.Scheme != "https" || resp.StatusCode < 400 || resp.StatusCode >= 500 {
		return false
	}
	at := bare(u).String()
	if !a.take(ctx) {
		return false
	}
	defer func() { <-a.turn }()
	if a.asked[at] {
		return false
	}
	a.asked[at] = true
	before := a.find(u)
	var answer bytes.Buffer
	fmt.Fprintf(&answer, "%s %s\n", resp.Proto, resp.Status)
	for name, lines := range resp.Header {
		fmt.Fprintf(&answer, "%s: %s\n", name, strings.Join(lines, ", "))
	}
	answer.WriteString("\n")
	a.runAll(ctx, at, answer.Bytes())
	after := a.find(u)
	return len(after) > 0 && fmt.Sprint(before) != fmt.Sprint(after)
}

// runAll runs the commands from the last to the first, so that of two for one prefix the first counts. The turn is held.
func (a *goauth) runAll(ctx context.Context, url string, answer []byte) {
	for _, command := range slices.Backward(a.commands) {
		out, err := a.run(ctx, command, url, answer)
		if err == nil {
			err = a.store(string(out))
		}
		if err != nil {
			a.mu.Lock()
			a.err = err
			a.mu.Unlock()
		}
	}
}

var errAuthOutput = errors.New("what a command of GOAUTH printed cannot be understood: see go help goauth")

// store reads what a command printed: addresses, an empty line, header lines, an empty line, and so on.
func (a *goauth) store(data string) error {
	got := map[string]http.Header{}
	for data != "" {
		prefixes, rest, ok := paragraph(data)
		if !ok {
			return errAuthOutput
		}
		lines, rest, ok := paragraph(rest)
		if !ok {
			return errAuthOutput
		}
		data = rest
		h := http.Header{}
		for _, line := range lines {
			name, value, ok := strings.Cut(line, ": ")
			if value = strings.TrimSpace(value); !ok || !isToken(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return errAuthOutput
			}
			if !ours[http.CanonicalHeaderKey(name)] {
				h.Add(name, value)
			}
		}
		for _, p := range prefixes {
			if _, err := url.ParseRequestURI(p); err != nil {
				return errAuthOutput
			}
			got[strings.TrimSuffix(strings.TrimPrefix(p, "https://"), "/")] = h
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for p, h := range got {
		if len(h) == 0 {
			delete(a.headers, p)
			continue
		}
		a.headers[p] = h
	}
	return nil
}

// ours are the header lines that say what is asked for: nobody else sets them.
var ours = map[string]bool{"Range": true, "If-Range": true, "Accept-Encoding": true, "Host": true, "Content-Length": true, "Transfer-Encoding": true,
	"Connection": true, "Te": true, "Trailer": true, "Upgrade": true, "Expect": true}

// paragraph cuts off the lines up to an empty one, which has to be there.
func paragraph(s string) (lines []string, rest string, ok bool) {
	for {
		line, after, ok := strings.Cut(s, "\n")
		if !ok {
			return nil, "", false
		}
		if s = after; line == "" {
			return lines, s, true
		}
		lines = append(lines, line)
	}
}

// isToken reports whether a text can be the name of a header line.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	})
}

// find gives the header of the longest prefix.
func (a *goauth) find(u *url.URL) http.Header {
	a.mu.Lock()
	defer a.mu.Unlock()
	for prefix := strings.TrimSuffix(u.Host+u.EscapedPath(), "/"); ; {
		if h := a.headers[prefix]; h != nil {
			return h
		}
		i := strings.LastIndexByte(prefix, '/')
		if i < 0 {
			return nil
		}
		prefix = prefix[:i]
	}
}

// failure is why a command has not helped, if one has failed.
func (a *goauth) failure() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// secrets are all that the commands have said, and what follows a word like Bearer in it.
func (a *goauth) secrets() (list []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.headers {
		for _, lines := range h {
			for _, line := range lines {
				list = append(list, line)
				word, rest, ok := strings.Cut(line, " ")
				if ok {
					list = append(list, rest)
				}
				if plain, err := base64.StdEncoding.DecodeString(rest); err == nil && strings.EqualFold(word, "Basic") {
					_, password, _ := strings.Cut(string(plain), ":")
					list = append(list, password)
				}
			}
		}
	}
	return list
}
