package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Page is what an agent answered with instead of JSON: a page of its console, or what one needs.
type Page struct {
	Status int
	Body   []byte
}

// maxPage bounds a page. One of a plan with thousands of systems has a few megabytes.
const maxPage = 64 << 20

// Page asks for a page of the console. A page that refuses is an answer and no error: it says why.
func (c *Client) Page(ctx context.Context, path string) (Page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return Page{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Page{}, c.unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage+1))
	switch {
	case err != nil:
		return Page{}, fmt.Errorf("the answer of %s to %s broke off: %w", c.where, path, err)
	case len(body) > maxPage:
		return Page{}, fmt.Errorf("the answer of %s to %s has more than %d MiB", c.where, path, maxPage>>20)
	}
	return Page{resp.StatusCode, body}, nil
}
