locals {
  outbox = var.outbox != null && contains(keys(var.settings), "OUTBOX")

  # Each kind has a key of its own, which no conditional could give one type.
  volumes = concat(
    local.outbox ? [merge({ name = "outbox" },
      try({ persistentVolumeClaim = { claimName = regex(".+", var.outbox.claim) } }, { emptyDir = { sizeLimit = "64Mi" } }),
    )] : [],
    [for name, f in var.files : merge({ name = "files-${name}" },
      f.secret == null ? {} : { secret = { secretName = f.secret } },
      f.config_map == null ? {} : { configMap = { name = f.config_map } },
    )],
  )

  mounts = concat(
    local.outbox ? [{ name = "outbox", mountPath = "/outbox" }] : [],
    [for name, f in var.files : { name = "files-${name}", mountPath = "/files/${name}", readOnly = true }],
  )
}
