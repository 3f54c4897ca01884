# What is wrong with the manifests and with what is said about them, each with file or
# variable, and key. Nothing is planned while there is any.
locals {
  keys = {
    manifest = ["summary", "group", "triggers", "emits", "settings", "goal", "purpose", "priority", "holdout", "safeflow", "scale"]
    trigger  = ["type", "filter"]
    safeflow = ["connects", "closeness", "complexity", "investment"]
    scale    = ["min", "max", "concurrency"]
  }
  # Groups whose functions may be called from outside alone, and listen to nothing.
  called = ["intake", "desk"]
  # CloudEvents types as they can stand in a filter.
  type_form    = "^[A-Za-z0-9][A-Za-z0-9._/-]*$"
  setting_form = "^[A-Z][A-Z0-9_]*$"

  unreadable = [for name, m in local.read : "${local.files[name]}: is no YAML map" if !can(keys(m))]

  # By file, for those that are maps: what must hold, and what to say when it does not.
  rules = { for name, m in local.read : name => concat(
    [for key in setsubtract(keys(m), local.keys.manifest) : { ok = false, say = "${key}: unknown key; there are ${join(", ", local.keys.manifest)}" }],
    [
      { ok = can(regex("\\S", m.summary)), say = "summary: is empty; say in one sentence what the function does" },
      { ok = try(m.group, "") == local.manifests[name].group,
      say = "group: ${try(jsonencode(m.group), "is missing")}; expected ${local.manifests[name].group}, as its folder" },
      { ok = contains(["intake", "flows", "channels", "insight", "desk"], local.manifests[name].group),
      say = "group: ${local.manifests[name].group} is none of intake, flows, channels, insight, desk" },
      { ok = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", name)), say = "name of its folder: expected 1 to 40 small letters, digits and hyphens" },
      { ok = !can(m.triggers) || try(length([for t in m.triggers : t]) >= 0 && !can(keys(m.triggers)), false),
      say = "triggers: expected a list of {type, filter}" },
      { ok = length(local.manifests[name].triggers) > 0 || contains(local.called, local.manifests[name].group), say = "triggers: there is none" },
      { ok = !can(m.emits) || try(alltrue([for type in m.emits : can(regex(local.type_form, type))]), false), say = "emits: expected a list of event types" },
      { ok = !can(m.settings) || try(alltrue([for setting, value in m.settings : can(regex(local.setting_form, setting)) && can(tostring(value)) && value != null]), false),
      say = "settings: expected NAME: default, the default a text" },
      { ok = !can(m.holdout) || try(m.holdout >= 0 && m.holdout <= 0.5, false), say = "holdout: ${try(jsonencode(m.holdout), "")} is not between 0 and 0.5" },
      { ok = !can(m.scale) || can(keys(m.scale)), say = "scale: expected {min, max, concurrency}" },
      { ok = !can(m.safeflow) || can(keys(m.safeflow)), say = "safeflow: expected {connects, closeness, complexity, investment}" },
    ],
    [for bound in local.keys.scale : { ok = try(tonumber(m.scale[bound]) >= 0 && floor(m.scale[bound]) == tonumber(m.scale[bound]), !can(m.scale[bound])),
    say = "scale.${bound}: ${try(jsonencode(m.scale[bound]), "")}; expected a whole number from 0" }],
    [{ ok = local.manifests[name].scale.min <= local.manifests[name].scale.max, say = "scale: min ${local.manifests[name].scale.min}, max ${local.manifests[name].scale.max}; expected min ≤ max" }],
    [for key in try(setsubtract(keys(m.scale), local.keys.scale), []) : { ok = false, say = "scale.${key}: unknown key; there are min, max, concurrency" }],
    [for key in try(setsubtract(keys(m.safeflow), local.keys.safeflow), []) : { ok = false, say = "safeflow.${key}: unknown key; there are ${join(", ", local.keys.safeflow)}" }],
    flatten([for i, t in try([for t in m.triggers : t], []) : concat(
      [for key in try(setsubtract(keys(t), local.keys.trigger), []) : { ok = false, say = "triggers[${i}].${key}: unknown key; there are type, filter" }],
      [
        { ok = can(regex(".", t.type)) || can(regex(".", t.filter)), say = "triggers[${i}]: needs a type or a filter" },
        { ok = !can(t.type) || can(regex(local.type_form, t.type)), say = "triggers[${i}].type: ${try(jsonencode(t.type), "")} is no event type" },
        { ok = !can(t.filter) || can(regex("\\S", t.filter)), say = "triggers[${i}].filter: ${try(jsonencode(t.filter), "")} is no CESQL" },
      ],
    )]),
    local.manifests[name].group != "flows" ? [] : [
      { ok = contains(["marketing", "service"], try(m.purpose, "")), say = "purpose: ${try(jsonencode(m.purpose), "is missing")}; expected marketing or service" },
      { ok = contains(["high", "normal", "low"], try(m.priority, "")), say = "priority: ${try(jsonencode(m.priority), "is missing")}; expected high, normal or low" },
      { ok = try(length(flatten([m.goal])) > 0 && alltrue([for type in flatten([m.goal]) : can(regex("\\S", type))]), false), say = "goal: is empty; name the event type that ends the flow's work" },
    ],
  ) if can(keys(m)) }

  faults = concat(
    length(local.files) > 0 ? [] : ["${local.folder}: there is no GROUP/NAME/function.yaml in it"],
    local.unreadable,
    flatten([for name, rules in local.rules : [for rule in rules : "${local.files[name]}: ${rule.say}" if !rule.ok]]),
    local.misuses,
  )
}
