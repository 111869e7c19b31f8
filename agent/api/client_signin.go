package api

import (
	"context"
	"net/http"
)

// SignInLink asks for a one-time link by which a browser signs in; viewer: only to look. It needs a
// client that speaks through the socket.
func (c *Client) SignInLink(ctx context.Context, viewer bool) (SignInLink, error) {
	var link SignInLink
	err := c.call(ctx, http.MethodPost, "/api/v1/sign-in-link", linkRequest{viewer}, &link)
	return link, err
}
