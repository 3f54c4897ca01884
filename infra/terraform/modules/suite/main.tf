locals {
  # A function as it is to be: its manifest, what is said for all, and what for it alone.
  functions = { for name, m in local.manifests : name => merge(m, {
    image = coalesce(try(var.functions[name].image, null), var.image)
    settings = merge(m.settings,
      { for setting, value in var.settings : setting => value if contains(keys(m.settings), setting) },
    try(var.functions[name].settings, {}))
    secrets = merge(
      { for setting, at in var.secrets : setting => at if contains(keys(m.settings), setting) && !contains(keys(try(var.functions[name].settings, {})), setting) },
    try(var.functions[name].secrets, {}))
    scale       = { for bound, value in m.scale : bound => try(coalesce(var.functions[name].scale[bound]), value) }
    resources   = try(coalesce(var.functions[name].resources), var.resources)
    env         = merge(var.env, try(var.functions[name].env, {}))
    annotations = merge(var.annotations, try(var.functions[name].annotations, {}))
    account     = merge(try(var.service_accounts[name], {}), try(var.functions[name].service_account_annotations, {}))
    files       = try(var.functions[name].files, {})
    public      = try(var.functions[name].public, false)
  }) if try(var.functions[name].enabled, true) }

  dead_letters = contains(keys(local.functions), "deadletter") ? "deadletter" : null
}

module "broker" {
  source       = "../broker"
  name         = var.broker.name
  namespace    = var.namespace
  class        = var.broker.class
  kafka        = var.broker.kafka
  rabbitmq     = var.broker.rabbitmq
  ingress      = var.broker.ingress
  domain       = var.broker.domain
  delivery     = var.delivery
  timers       = contains(keys(local.functions), "timers") ? var.broker.timers : null
  dead_letters = local.dead_letters

  depends_on = [kubectl_manifest.namespace]
}

module "function" {
  source     = "../function"
  for_each   = length(local.faults) == 0 ? local.functions : {}
  depends_on = [kubectl_manifest.namespace]

  name                        = each.key
  group                       = each.value.group
  namespace                   = var.namespace
  image                       = each.value.image
  pull_secrets                = var.pull_secrets
  store                       = var.store
  triggers                    = each.value.triggers
  emits                       = each.value.emits
  settings                    = each.value.settings
  secrets                     = each.value.secrets
  scale                       = each.value.scale
  resources                   = each.value.resources
  env                         = each.value.env
  annotations                 = each.value.annotations
  service_account_annotations = each.value.account
  files                       = each.value.files
  public                      = each.value.public
  outbox                      = var.outbox
  delivery                    = var.delivery
  dead_letters                = local.dead_letters
  broker = {
    name                = module.broker.name
    ingress             = module.broker.ingress
    trigger_annotations = module.broker.trigger_annotations
  }
}
