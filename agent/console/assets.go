package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed assets templates
var embedded embed.FS

// assetTable holds the style sheets, scripts and pictures of the pages. Their addresses carry a
// fingerprint of their content: a browser may keep them for good, and has the new one after an
// update.
type assetTable struct {
	byName    map[string]string // "wall.css" → "/assets/wall.1a2b3c4d.css"
	byAddress map[string]asset
}

type asset struct {
	plain, zipped []byte
	kind          string // media type
}

// kinds are the media types of assets by extension. The machine's own table is not asked: on some
// it calls a script plain text, which browsers then refuse.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func readAssets() assetTable {
	t := assetTable{map[string]string{}, map[string]asset{}}
	files, err := fs.ReadDir(embedded, "assets")
	if err != nil {
		panic(err) // they are part of the program
	}
	for _, file := range files {
		data, err := embedded.ReadFile("assets/" + file.Name())
		if err != nil {
			panic(err)
		}
		data = printStyle(file.Name(), data)
		sum := sha256.Sum256(data)
		ext := path.Ext(file.Name())
		address := "/assets/" + strings.TrimSuffix(file.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		t.byName[file.Name()] = address
		t.byAddress[address] = asset{data, zip(data), kinds[ext]}
	}
	return t
}

// forever is how long a browser may keep what a fingerprint names, in seconds: a year.
const forever = "public, max-age=31536000, immutable"

func (t assetTable) serve(w http.ResponseWriter, r *http.Request) {
	a, ok := t.byAddress[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", forever)
	w.Header().Set("Vary", "Accept-Encoding")
	send(w, r, http.StatusOK, a.plain, a.zipped)
}

// Of returns the address of an asset; empty: there is none of that name.
func (t assetTable) Of(name string) string { return t.byName[name] }
