package alert

// Standing is an open alert, and who knows of it.
type Standing struct {
	Alert
	// Told are the channels whose people believe that it holds, Waiting those for which a message
	// about it has not got through yet.
	Told, Waiting []string
	// Quiet is the quiet rule that keeps it back now; empty: none does.
	Quiet string
}
