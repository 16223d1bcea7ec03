package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/toolchain"
)

// toolchainPath is the module that the go command downloads toolchains as (cmd/go/internal/gover).
const toolchainPath = "golang.org/toolchain"

// maxDated is for how many new major releases the date is asked for.
const maxDated = 4

// Releases asks for the list of Go releases: the versions of golang.org/toolchain. The list holds no dates, so for
// major releases that toolchain.Known does not have, the .info of the first one is asked too; where there is none,
// the date stays zero. A proxy that serves no toolchain gives an empty list, and that is an error here.
func Releases(ctx context.Context, c *Client) (toolchain.ReleaseList, error) {
	asOf := time.Now().UTC().Truncate(time.Second)
	versions, from, err := c.list(ctx, toolchainPath)
	if err != nil {
		return toolchain.ReleaseList{}, err
	}
	list := toolchain.ReleaseList{AsOf: asOf, From: from, Releases: toolchain.ReleasesIn(versions)}
	if list.Newest() == "" {
		return toolchain.ReleaseList{}, &Error{Kind: ErrAnswer, Module: toolchainPath, URL: from,
			Err: errors.New("it lists no Go release; name a proxy that has them in GOPROXY")}
	}
	unknown := toolchain.Known.Unknown(list.Releases)
	slices.Reverse(unknown)
	for _, first := range unknown[:min(len(unknown), maxDated)] {
		date, err := c.dateOf(ctx, first, versions)
		if ctx.Err() != nil {
			return toolchain.ReleaseList{}, fmt.Errorf("asking for the date of %q: %w", first, err)
		}
		i := slices.IndexFunc(list.Releases, func(s toolchain.Seen) bool { return s.Version == first })
		list.Releases[i].Date = date
	}
	return list, nil
}

// dateOf asks when a release came out, by the first of its platforms in the list.
func (c *Client) dateOf(ctx context.Context, release string, versions []string) (time.Time, error) {
	i := slices.IndexFunc(versions, func(v string) bool { return strings.HasPrefix(v, "v0.0.1-"+release+".") })
	info, err := c.Info(ctx, module.Version{Path: toolchainPath, Version: versions[i]})
	return info.Time, err
}
