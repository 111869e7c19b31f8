package main

// The parts of an OpenAPI document that this API needs: https://spec.openapis.org/oas/v3.1.1.html.
// Their fields stand in the order of reading.
type (
	document struct {
		OpenAPI    string              `json:"openapi"`
		Info       info                `json:"info"`
		Servers    []server            `json:"servers"`
		Tags       []tag               `json:"tags"`
		Security   []security          `json:"security"`
		Paths      map[string]pathItem `json:"paths"`
		Components parts               `json:"components"`
	}
	info struct {
		Title       string  `json:"title"`
		Version     string  `json:"version"`
		Summary     string  `json:"summary"`
		Description string  `json:"description"`
		License     license `json:"license"`
	}
	license struct {
		Name       string `json:"name"`
		Identifier string `json:"identifier"`
	}
	server struct {
		URL         string `json:"url"`
		Description string `json:"description"`
	}
	tag struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	// security names the schemes that must hold together; an empty one needs none.
	security map[string][]string
	// pathItem holds operations by method, in small letters.
	pathItem  map[string]*operation
	operation struct {
		OperationID string              `json:"operationId"`
		Summary     string              `json:"summary"`
		Description string              `json:"description,omitempty"`
		Tags        []string            `json:"tags"`
		Security    []security          `json:"security,omitempty"`
		Parameters  []parameter         `json:"parameters,omitempty"`
		RequestBody *body               `json:"requestBody,omitempty"`
		Responses   map[string]response `json:"responses"`
	}
	parameter struct {
		Name        string `json:"name"`
		In          string `json:"in"`
		Description string `json:"description"`
		Required    bool   `json:"required,omitempty"`
		Style       string `json:"style,omitempty"`
		Explode     *bool  `json:"explode,omitempty"`
		Schema      any    `json:"schema"`
		Example     string `json:"example,omitempty"`
	}
	body struct {
		Description string           `json:"description,omitempty"`
		Required    bool             `json:"required"`
		Content     map[string]media `json:"content"`
	}
	response struct {
		Ref         string            `json:"$ref,omitempty"`
		Description string            `json:"description,omitempty"`
		Headers     map[string]header `json:"headers,omitempty"`
		Content     map[string]media  `json:"content,omitempty"`
	}
	header struct {
		Description string `json:"description"`
		Schema      any    `json:"schema"`
	}
	media struct {
		Schema any `json:"schema"`
	}
	parts struct {
		Schemas         map[string]any      `json:"schemas"`
		Responses       map[string]response `json:"responses"`
		SecuritySchemes map[string]scheme   `json:"securitySchemes"`
	}
	scheme struct {
		Type        string `json:"type"`
		Scheme      string `json:"scheme,omitempty"`
		In          string `json:"in,omitempty"`
		Name        string `json:"name,omitempty"`
		Description string `json:"description"`
	}
)
