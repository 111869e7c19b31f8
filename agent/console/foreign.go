package console

import "net/http"

// foreign is the page on which a request ends that a page of another site made the browser send. It
// tells nothing of how things stand: such a request comes without the cookie that would prove who
// may know.
var foreign = page{name: "foreign", title: "console_foreign_title"}

func (c *console) foreign(w http.ResponseWriter, r *http.Request) {
	c.execute(foreign, c.view(r, foreign), http.StatusForbidden).write(w, r)
}
