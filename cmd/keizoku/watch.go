package main

import (
	"bytes"
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/keizoku-bcp/keizoku/agent/api"
	"github.com/keizoku-bcp/keizoku/messages"
	"github.com/keizoku-bcp/keizoku/rules"
)

// watchEvery is the pace of `status --watch`.
const watchEvery = time.Second

// watch shows the situation anew each second until the person leaves.
func watch(ctx context.Context, client *api.Client, words func(*rules.Situation) *messages.Words, out streams) error {
	model := watchModel{ctx: ctx, client: client, words: words}
	_, err := tea.NewProgram(model, tea.WithContext(ctx), tea.WithOutput(out.out)).Run()
	if ctx.Err() != nil {
		return nil // a signal ended it, as the person wished
	}
	return err
}

// watchModel is the screen of `status --watch`.
type watchModel struct {
	ctx       context.Context
	client    *api.Client
	words     func(*rules.Situation) *messages.Words
	situation *rules.Situation
	err       error
}

type (
	tick     struct{}
	received struct {
		situation *rules.Situation
		err       error
	}
)

func (m watchModel) Init() tea.Cmd { return m.ask }

func (m watchModel) ask() tea.Msg {
	s, err := m.client.Situation(m.ctx)
	return received{s, err}
}

func (m watchModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "esc", "ctrl+c":
			return m, tea.Quit
		}
	case received:
		if m.err = msg.err; msg.err == nil {
			m.situation = msg.situation
		}
		return m, tea.Tick(watchEvery, func(time.Time) tea.Msg { return tick{} })
	case tick:
		return m, m.ask
	}
	return m, nil
}

func (m watchModel) View() tea.View {
	var screen bytes.Buffer
	if m.situation != nil {
		_ = printSituation(&screen, m.situation, m.words(m.situation)) // a buffer takes everything
	}
	if m.err != nil {
		screen.WriteString("\n! " + m.err.Error() + "\n")
	}
	screen.WriteString("\nq: quit\n")
	view := tea.NewView(screen.String())
	view.AltScreen = true
	return view
}
