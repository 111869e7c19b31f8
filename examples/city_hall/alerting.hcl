# Who is told of what, by which channel, and the inspection before opening (始業前点検).
#
# Nothing here leaves this machine: the demo itself answers on these addresses. Open
# http://127.0.10.90:18090/ in a browser to see what arrives.

# ---- Alerts ---------------------------------------------------------------------------------------

alerts {
  used         = ["50%", "75%", "90%"] # of an allowance: DeadlineNear is told at each
  repeat       = "2m"                  # 1h in a real plan: again, while nobody has acknowledged it
  group_at     = 4                     # what fails at one moment is told as one message with a table
  group_within = "1s"

  # What is only worth knowing waits for the morning. Critical alerts never wait.
  quiet "closed" {
    below    = "warning"
    calendar = calendar.office
  }
}

# ---- Channels (通知先) ------------------------------------------------------------------------------

# docs/reference/notify has the kinds. Two at least, of different kinds: when one fails, another
# tells of it.

notify "webhook" "chat" {
  title = "情報政策課のチャット"
  url   = "http://127.0.10.90:18090/chat" # a real one holds a secret: env("CHAT_URL")

  route {
    at_least = "warning"
    reports  = true
  }
}

notify "alertmanager" "monitoring" {
  title = "監視基盤(Alertmanager)"
  urls  = ["http://127.0.10.91:18091"]
}

# The next step of an escalation: critical, and nobody has taken it on.
notify "webhook" "executives" {
  title = "CIO・部長への連絡"
  url   = "http://127.0.10.90:18090/executives"

  route {
    at_least       = "critical"
    unacknowledged = "30s" # "30m" in a real plan
  }
}

# ---- Inspection -----------------------------------------------------------------------------------

# Every check once, with its report: what is reachable, certificates, disks, batteries, fuel.
# `keizoku inspect opening` runs it now.
inspection "opening" {
  title    = "始業前点検"
  at       = "07:30"
  calendar = calendar.office
  retries  = 1
  notify   = [notify.chat]
}
