locals {
  # Names of settings whose values have no place in a plan or a state.
  secret_form = "(^|_)(KEY|SECRET|TOKEN|PASSWORD|SOURCES)$"
  password    = "://[^/@]*:[^/@]+@"

  all_settings = toset(flatten([for m in local.manifests : keys(m.settings)]))

  misuses = flatten([
    [for name in setsubtract(keys(var.functions), keys(local.manifests)) :
    "var.functions: ${name} is no function; there are ${join(", ", keys(local.manifests))}"],
    [for name in setsubtract(keys(var.service_accounts), keys(local.manifests)) :
    "var.service_accounts: ${name} is no function; there are ${join(", ", keys(local.manifests))}"],
    [for setting in setsubtract(concat(keys(var.settings), keys(var.secrets)), local.all_settings) :
    "var.settings, var.secrets: no function has a setting ${setting}; there are ${join(", ", local.all_settings)}"],
    [for name, f in var.functions : [for setting in setsubtract(concat(keys(f.settings), keys(f.secrets)), try(keys(local.manifests[name].settings), [])) :
    "var.functions.${name}: no setting ${setting}; there are ${join(", ", keys(local.manifests[name].settings))}"] if contains(keys(local.manifests), name)],
    [for setting, value in var.settings : local.open_secret[setting] if can(regex(local.secret_form, setting)) || can(regex(local.password, value))],
    [for name, f in var.functions : [for setting, value in f.settings : "functions.${name}: ${local.open_secret[setting]}"
    if can(regex(local.secret_form, setting)) || can(regex(local.password, value))]],
    [for name, f in local.functions : "var.functions.${name}.scale: min ${f.scale.min}, max ${f.scale.max}; expected whole numbers from 0, min ≤ max (max 0: no bound)"
    if try(f.scale.min > f.scale.max && f.scale.max != 0 || min(values(f.scale)...) < 0 || sum([for n in values(f.scale) : n - floor(n)]) != 0, true)],
  ])

  open_secret = { for setting in local.all_given : setting =>
  "${setting}: holds a secret in the open; put it into a Secret and name that in secrets = { ${setting} = { name = …, key = … } }" }
  all_given = toset(concat(keys(var.settings), flatten([for f in var.functions : keys(f.settings)])))
}
