# Conditions: every part is checked by itself, whatever stands beside it.
plan "p" {
}

site "main_hall" {
}

calendar "office" {
  opens  = "08:30"
  closes = "17:15"
}

threat "disaster" {
}

agent "main_hall" {
}

system "core_switch" {
}

system "records" {
}

decision {
  built_in = true

  criterion "misspelt" {
    when = down.cuont > 3 # ERROR: Unknown fact "down.cuont": Did you mean down.count?
  }
  criterion "misspelt_root" {
    when = powr.lost # ERROR: Unknown fact "powr": Did you mean power?
  }
  criterion "unknown_root" {
    when = earthquake # ERROR: Unknown fact "earthquake": If it is text, put it in quotes: "earthquake". Known here: agent, at_risk, calendar,
  }
  criterion "misspelt_system" {
    when = system.core_swich.down # ERROR: Unknown system "core_swich": The plan has no system "core_swich". Did you mean system.core_switch?
  }
  criterion "misspelt_fact_of_a_system" {
    when = system.core_switch.donw # ERROR: Unknown fact "system.core_switch.donw": Did you mean system.core_switch.down?
  }
  criterion "by_index" {
    when = system["nowhere"].down # ERROR: Unknown system "nowhere": The plan has no system "nowhere".
  }
  criterion "misspelt_site" {
    when = site.main_hal.all_down # ERROR: Did you mean site.main_hall?
  }
  criterion "misspelt_calendar" {
    when = calendar.ofice.open # ERROR: Did you mean calendar.office?
  }
  criterion "a_reference_is_no_fact" {
    when = threat.disaster # ERROR: Unknown fact "threat.disaster": The facts are of the active threat: write threat.name == "disaster".
  }
  criterion "too_deep" {
    when = down.count.much > 3 # ERROR: There is nothing inside: down.count is a number.
  }
  criterion "in_a_loop" {
    when = any([for s in system : s.donw]) # ERROR: Unknown fact "s.donw": Did you mean s.down?
  }
  criterion "behind_and" {
    when = power.lost && (down.count + "x" > 2) # ERROR: Wrong type: This must be a number; it is a text.
  }
  criterion "two_at_once" {
    when = down.cuont > 3 || at_rsk.count > 1 # ERROR: Did you mean down.count? # ERROR: Did you mean at_risk?
  }
  criterion "number" {
    when = down.count # ERROR: A condition is true or false: This is a number. Compare it with something
  }
  criterion "text" {
    when = "down.count > 3" # ERROR: A condition is true or false: This is a text. Write it without quotes
  }
  criterion "list" {
    when = [down.count > 3] # ERROR: A condition is true or false: This is a list.
  }
  criterion "group" {
    when = power # ERROR: A condition is true or false: This is a group of facts.
  }
  criterion "number_and_bool" {
    when = down.count && power.lost # ERROR: Wrong type: This must be a bool; it is a number.
  }
  criterion "text_for_number" {
    when = down.count > "3" # ERROR: Wrong type: This must be a number; it is a text.
  }
  criterion "text_ordered" {
    when = stage < 3 # ERROR: Wrong type: This must be a number; it is a text.
  }
  criterion "never_equal" {
    when = stage == 3 # ERROR: These are never equal: On the left is a text, on the right a number.
  }
  criterion "lists_compared" {
    when = down.systems == ["records"] # ERROR: These cannot be compared
  }
  criterion "no_such_stage" {
    when = stage == "initial_respons" # ERROR: stage is never "initial_respons": Did you mean "initial_response"?
  }
  criterion "no_such_day" {
    when = "sunday" != time.weekday # ERROR: time.weekday is never "sunday": It can be "mon", "tue",
  }
  criterion "no_such_state" {
    when = system.records.state == "failed" # ERROR: state is never "failed": It can be "up",
  }
  criterion "no_such_state_in_a_loop" {
    when = any([for s in system : s.state == "dwn"]) # ERROR: state is never "dwn": Did you mean "down"?
  }
  criterion "no_such_threat" {
    when = threat.name == "disater" # ERROR: threat.name is never "disater": Did you mean "disaster"?
  }
  criterion "no_such_element" {
    when = contains(down.systems, "core_swich") # ERROR: down.systems is never "core_swich": Did you mean "core_switch"?
  }
  criterion "element_of_another_type" {
    when = contains(down.systems, 3) # ERROR: Wrong type: The list is of texts; this is a number.
  }
  criterion "environment" {
    when = env("X_PASSWORD") == stage # ERROR: Unknown function "env": A condition rests on the facts of a situation alone.
  }
  criterion "opening" {
    when = next_opening() > 3 # ERROR: Unknown function "next_opening": A condition asks the calendar's facts instead
  }
  criterion "misspelt_function" {
    when = lenght(down.systems) > 3 # ERROR: Unknown function "lenght": Did you mean length()?
  }
  criterion "argument" {
    when = within(down.priorities, "3") > 1 # ERROR: Wrong type: This must be a number; it is a text.
  }
  criterion "elements" {
    when = any(down.priorities) # ERROR: it must be a list of bools
  }
  criterion "elements_of_a_loop" {
    when = any([for s in system : s.left_hours]) # ERROR: it must be a list of bools, and has a number
  }
  criterion "elements_written_out" {
    when = within([1, "2"], 3) > down.count # ERROR: it must be a list of numbers, and has a text
  }
  criterion "too_few_arguments" {
    when = within(down.priorities) > 1 # ERROR: within
  }
  criterion "argument_is_no_list" {
    when = length(down.count) > 1 # ERROR: collection must be a list
  }
  criterion "null" {
    when = power.runtime_hours == null # ERROR: A condition has no null: To ask whether a fact is known, write known(power.runtime_hours).
  }
  criterion "null_and" {
    when = null && power.lost # ERROR: A condition has no null
  }
  criterion "zero" {
    when = down.count / 0 > 1 # ERROR: A division by zero has no result.
  }
  criterion "zero_modulo" {
    when = power.lost || down.count % 0 > 1 # ERROR: A division by zero has no result.
  }
  criterion "huge" {
    when = down.count < 1e99999999 # ERROR: The number is out of range: No fact is ever of that size.
  }
  criterion "tiny" {
    when = any([for s in system : s.down_hours > 1e-99999999]) # ERROR: The number is out of range
  }
  criterion "two_types" {
    when = (power.lost ? "a" : 3) == "a" # ERROR: Two results of different types: Before the colon is a text, behind it a number.
  }
  criterion "two_groups" {
    when = (power.lost ? power : threat).lost # ERROR: Two results of different types
  }
  criterion "condition_of_a_condition" {
    when = down.count ? true : power.lost # ERROR: Wrong type: This must be a bool; it is a number.
  }
  criterion "loop_over_a_number" {
    when = length([for s in down.count : s]) > 1 # ERROR: Wrong type: A list, or all systems, sites or calendars, are wanted here; this is a number.
  }
  criterion "loop_if" {
    when = length([for p in down.priorities : p if p]) > 1 # ERROR: Wrong type: This must be a bool; it is a number.
  }
  criterion "splat" {
    when = any(system[*].down) # ERROR: [*] wants a list: For all systems write [for s in system : s.down].
  }
  criterion "not_a_number" {
    when = !down.count # ERROR: Wrong type: This must be a bool; it is a number.
  }
  criterion "no_fact" {
    when = 1 < 2 # WARNING: The condition mentions no fact
  }
  criterion "always" {
    when = power.lost || true # WARNING: The condition is the same in every situation: Whatever the facts are, it is true.
  }
  criterion "unwritten" { # ERROR: Missing attribute "when"
  }
}

procedure "disaster" {
  stage = "initial"
  step "look" {
    only_if = down.cuont > 1 # ERROR: Did you mean down.count?
  }
  step "never" {
    only_if = false # WARNING: The condition mentions no fact
  }
}
