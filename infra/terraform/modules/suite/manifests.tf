# Each functions/GROUP/NAME/function.yaml, as shared/function reads it: the one truth for
# cluster, local run, tests and console.
locals {
  folder = coalesce(var.manifests, "${path.module}/../../../../functions")
  files  = { for file in fileset(local.folder, "*/*/function.yaml") : basename(dirname(file)) => file }
  read   = { for name, file in local.files : name => try(yamldecode(file("${local.folder}/${file}")), null) }

  # What is not written has its zero value, as in Go; what is written wrongly is in faults.
  manifests = { for name, m in local.read : name => {
    group    = basename(dirname(dirname(local.files[name])))
    triggers = try([for t in m.triggers : { type = try(tostring(t.type), ""), filter = try(tostring(t.filter), "") }], [])
    emits    = try([for type in m.emits : tostring(type)], [])
    settings = try({ for setting, value in m.settings : setting => tostring(value) }, {})
    scale    = { for bound in ["min", "max", "concurrency"] : bound => try(tonumber(m.scale[bound]), 0) }
  } }
}
