locals {
  # Each name once, in the order of the names, so that a plan shows what is different only.
  # An empty value would be dropped by Kubernetes and be a difference at every plan.
  plain = { for name, value in merge(
    { for name, value in var.settings : name => value if !contains(keys(var.secrets), name) },
    local.outbox ? { OUTBOX = "/outbox" } : {},
    var.store.env,
    var.env,
    var.store.url == null ? {} : { STORE = var.store.url },
    {
      FUNCTION   = var.name
      K_SINK     = var.broker.ingress
      GOMEMLIMIT = "${floor(var.resources.memory_limit_mi * 0.9)}MiB"
    },
  ) : name => value if value != "" }

  referred = merge(var.secrets, var.store.secrets, var.store.secret == null ? {} : { STORE = var.store.secret })

  env = concat(
    [for name, value in local.plain : { name = name, value = value }],
    [for name, at in local.referred : { name = name, valueFrom = { secretKeyRef = { name = at.name, key = at.key } } }],
  )
}
