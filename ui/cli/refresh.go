package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"godoctor/doctor/fetch"
	"godoctor/scan/goenv"
	"godoctor/scan/toolchain"
	"godoctor/ui/text"
)

// mayRefresh refuses --refresh beside flags that contradict it.
func (a *app) mayRefresh() error {
	switch {
	case a.offline:
		return &exitError{ExitUsage, errors.New("--refresh asks a module proxy, and --offline forbids it: give one of them")}
	case a.demo:
		return &exitError{ExitUsage, errors.New("--refresh and --demo exclude each other: a made-up machine asks nobody")}
	}
	return nil
}

// refresh asks the module proxy for the list of Go releases and keeps it for this run and the next ones.
func (a *app) refresh(ctx context.Context) error {
	env := goenv.Load(goenv.Input{Environ: a.Environ, Dir: a.workDir})
	c := fetch.New(fetch.SettingsOf(env, a.Environ), fetch.Options{Offline: a.offline})
	defer c.Close()
	list, err := fetch.Releases(ctx, c)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		detail := ""
		if e := (*fetch.Error)(nil); errors.As(err, &e) && e.Detail() != "" {
			detail = fmt.Sprintf(" (the server says %q)", e.Detail())
		}
		return fmt.Errorf("the list of Go releases was not refreshed: %w%s", err, detail)
	}
	a.settle()
	a.keepRate(c)
	a.fetched = &list
	if err := a.state.SaveReleases(&list); err != nil {
		return fmt.Errorf("the list of Go releases was fetched and cannot be kept: %w", err)
	}
	a.note("%s lists %d Go releases, the newest %s", text.Clean(list.From), len(list.Releases), text.Clean(list.Newest()))
	return nil
}

// releases is the list of Go releases that was fetched in this run or in an earlier one, or nil.
func (a *app) releases() *toolchain.ReleaseList {
	if a.fetched != nil {
		return a.fetched
	}
	list, err := a.state.Releases()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		a.debugf("the list of Go releases is not used: %v", err)
	}
	return list
}
