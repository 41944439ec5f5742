{{- define "labels" -}}
app.kubernetes.io/name: ai-micro-service
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "allLabels" -}}
{{ include "labels" . }}
app.kubernetes.io/version: {{ include "tag" .root | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "image" -}}
{{ .root.Values.image.prefix }}ai-micro-api-{{ .service }}:{{ include "tag" .root }}
{{- end }}

{{- define "scheme" -}}
{{ if .Values.tls.secret }}https{{ else }}http{{ end }}
{{- end }}

{{- define "url" -}}
{{ include "scheme" .root }}://{{ .root.Release.Name }}-{{ .service }}:8000
{{- end }}

{{/* The name of a Secret, or one line that says which is missing. */}}
{{- define "secret" -}}
{{- required (printf "secrets.%s: name the Secret with %s." .name .holds) (get .root.Values.secrets .name) -}}
{{- end }}
{{- define "databaseSecret" -}}{{ include "secret" (dict "root" . "name" "database" "holds" "the passwords of the databases' roles") }}{{- end }}
{{- define "serviceSecret" -}}{{ include "secret" (dict "root" . "name" "service" "holds" "first-admin-password and service-client-secret") }}{{- end }}
{{- define "keysSecret" -}}{{ include "secret" (dict "root" . "name" "signingKeys" "holds" "the keys that sign tokens (*.pem)") }}{{- end }}

{{- define "databaseName" -}}
{{ (get .root.Values.services .service).database }}
{{- end }}

{{- define "databaseHost" -}}
{{- if .Values.postgres.enabled -}}
{{ .Release.Name }}-postgres
{{- else -}}
{{ required "database.host: name the PostgreSQL server, or set postgres.enabled to try with one in the cluster." .Values.database.host }}
{{- end -}}
{{- end }}

{{/* Where sessions of the server are needed: past a pooler in transaction mode. */}}
{{- define "sessionHost" -}}
{{ .Values.database.sessionHost | default (include "databaseHost" .) }}
{{- end }}
{{- define "sessionPort" -}}
{{ if .Values.database.sessionHost }}{{ .Values.database.sessionPort }}{{ else }}{{ .Values.database.port }}{{ end }}
{{- end }}

{{- define "sslmode" -}}
{{- if .Values.postgres.enabled -}}
disable
{{- else if and (hasPrefix "verify-" .Values.database.sslmode) (not .Values.database.caSecret) -}}
{{- fail (printf "database.sslmode is %s: name the Secret whose key ca.crt holds the certificates to trust in database.caSecret." .Values.database.sslmode) -}}
{{- else -}}
{{ .Values.database.sslmode }}
{{- end -}}
{{- end }}

{{- define "secretVariable" -}}
- name: {{ .name }}
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }} } }
{{- end }}

{{- define "databaseVariables" -}}
{{- $name := include "databaseName" . -}}
- { name: DB_HOST, value: {{ .direct | ternary (include "sessionHost" .root) (include "databaseHost" .root) | quote }} }
- { name: DB_PORT, value: {{ .direct | ternary (include "sessionPort" .root) (toString .root.Values.database.port) | quote }} }
- { name: DB_SESSION_HOST, value: {{ include "sessionHost" .root | quote }} }
- { name: DB_SESSION_PORT, value: {{ include "sessionPort" .root | quote }} }
- { name: DB_NAME, value: {{ $name }} }
- { name: DB_USER, value: {{ $name }}_app }
{{ include "secretVariable" (dict "name" "DB_PASSWORD" "secret" (include "databaseSecret" .root) "key" (printf "%s-app" $name)) }}
- { name: DB_SSLMODE, value: {{ include "sslmode" .root | quote }} }
{{- if .root.Values.database.caSecret }}
- { name: DB_SSLROOTCERT, value: /etc/database-ca/ca.crt }
{{- end }}
{{- end }}

{{/* Of what migrates, and of nothing that serves: the start command takes them out of its environment. */}}
{{- define "migrationVariables" -}}
{{- $name := include "databaseName" . -}}
- { name: MIGRATION_DB_HOST, value: {{ include "sessionHost" .root | quote }} }
- { name: MIGRATION_DB_PORT, value: {{ include "sessionPort" .root | quote }} }
- { name: MIGRATION_DB_USER, value: {{ $name }}_owner }
{{ include "secretVariable" (dict "name" "MIGRATION_DB_PASSWORD" "secret" (include "databaseSecret" .root) "key" (printf "%s-owner" $name)) }}
- { name: ROLLOUT_BACKUP, value: {{ .root.Values.migrations.backup }} }
- { name: ROLLOUT_BACKUP_DIR, value: /backups }
{{- end }}

{{/* Of everything that answers HTTP: the services, their workers, the console. */}}
{{- define "processVariables" -}}
- { name: ENVIRONMENT, value: {{ .root.Values.environment }} }
- { name: LOG_FORMAT, value: json }
- { name: FORWARDED_ALLOW_IPS, value: {{ .root.Values.ingress.trustedProxies | quote }} }
{{- if .root.Values.tls.secret }}
- { name: UVICORN_SSL_CERTFILE, value: /etc/tls/tls.crt }
- { name: UVICORN_SSL_KEYFILE, value: /etc/tls/tls.key }
- { name: SERVICES_CA_FILE, value: /etc/tls/ca.crt }
{{- end }}
{{- end }}

{{- define "commonVariables" -}}
{{ include "processVariables" . }}
- { name: ROLLOUT_LOG_FORMAT, value: json }
- { name: METRICS_PORT, value: "9000" }
- { name: METRICS_HOST, value: 0.0.0.0 }
- { name: SHUTDOWN_DELAY_SECONDS, value: "5" }
- { name: JWKS_URL, value: {{ include "url" (dict "root" .root "service" "auth") }}/.well-known/jwks.json }
{{- with .root.Values.ingress.host }}
- { name: TOKEN_URL, value: https://{{ . }}/auth/token }
{{- end }}
{{- end }}

{{- define "serviceVariables" -}}
{{- $admin := include "url" (dict "root" .root "service" "admin") -}}
{{- $secret := include "serviceSecret" .root -}}
{{- if eq .service "auth" }}
- { name: JWT_KEYS_DIR, value: /keys }
- { name: FIRST_ADMIN_EMAIL, value: {{ .root.Values.firstAdministrator.email | quote }} }
{{ include "secretVariable" (dict "name" "FIRST_ADMIN_PASSWORD" "secret" $secret "key" "first-admin-password") }}
{{ include "secretVariable" (dict "name" "SERVICE_CLIENT_SECRET" "secret" $secret "key" "service-client-secret") }}
- { name: LOGIN_LOG_URL, value: {{ $admin }}/api/logs/login }
- { name: AUDIT_LOG_URL, value: {{ $admin }}/api/logs/audit }
{{- $names := list }}
{{- $erasures := dict }}
{{- range $name, $_ := .root.Values.services }}
{{- $names = append $names (printf "ai-micro-api-%s" $name) }}
{{- if ne $name "auth" }}
{{- $_ := set $erasures (printf "ai-micro-api-%s" $name) (printf "%s/internal/erasures" (include "url" (dict "root" $.root "service" $name))) }}
{{- end }}
{{- end }}
- { name: JWT_SERVICES, value: {{ $names | toJson | squote }} }
- { name: ERASURE_URLS, value: {{ $erasures | toJson | squote }} }
{{- else if eq .service "user" }}
{{ include "secretVariable" (dict "name" "SERVICE_CLIENT_SECRET" "secret" $secret "key" "service-client-secret") }}
- { name: AUDIT_LOG_URL, value: {{ $admin }}/api/logs/audit }
- { name: SERVICE_TOKEN_URL, value: {{ include "url" (dict "root" .root "service" "auth") }}/auth/token }
{{- end }}
{{- end }}

{{- define "furtherVariables" -}}
{{- range $name, $value := .env }}
- { name: {{ $name }}, value: {{ $value | toString | quote }} }
{{- end }}
{{- end }}

{{/* Variables from the Secrets of every pod, and from those that are given. */}}
{{- define "secretVariables" -}}
{{- with concat .root.Values.secrets.all (.secrets | default list) | uniq -}}
envFrom:
{{- range . }}
  - secretRef: { name: {{ . }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "podStart" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- include "podSecurity" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Over the nodes, as evenly as there is room. */}}
{{- define "spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- include "labels" . | nindent 6 }}
{{- end }}

{{- define "disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels: {{- include "allLabels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "labels" . | nindent 6 }}
{{- end }}

{{- define "autoscaler" -}}
{{- $settings := .settings -}}
{{- if gt (int $settings.minReplicas) (int $settings.maxReplicas) -}}
{{- fail (printf "%s: minReplicas is %v, and maxReplicas %v: give maxReplicas as many or more." .value $settings.minReplicas $settings.maxReplicas) -}}
{{- end -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels: {{- include "allLabels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ .root.Release.Name }}-{{ .component }} }
  minReplicas: {{ $settings.minReplicas }}
  maxReplicas: {{ $settings.maxReplicas }}
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: {{ $settings.cpu }} } }
{{- end }}

{{- define "mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .migrates }}
- { name: backups, mountPath: /backups }
{{- end }}
{{- if and .root.Values.database.caSecret (ne .service "console") }}
- { name: database-ca, mountPath: /etc/database-ca, readOnly: true }
{{- end }}
{{- if .root.Values.tls.secret }}
- { name: tls, mountPath: /etc/tls, readOnly: true }
{{- end }}
{{- if .keys }}
- { name: keys, mountPath: /keys, readOnly: true }
{{- end }}
{{- end }}

{{- define "volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: {{ .tmp }} }
{{- if .migrates }}
- name: backups
  {{- if .root.Values.backups.claim }}
  persistentVolumeClaim: { claimName: {{ .root.Values.backups.claim }} }
  {{- else if ne .root.Values.migrations.backup "never" }}
  {{- fail (printf "migrations.backup is %s: name a PersistentVolumeClaim in backups.claim, or set it to never." .root.Values.migrations.backup) }}
  {{- else }}
  emptyDir: { sizeLimit: 1Mi }
  {{- end }}
{{- end }}
{{- if and .root.Values.database.caSecret (ne .service "console") }}
- name: database-ca
  secret: { secretName: {{ .root.Values.database.caSecret }} }
{{- end }}
{{- with .root.Values.tls.secret }}
- name: tls
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- if .keys }}
- name: keys
  secret: { secretName: {{ include "keysSecret" .root }}, defaultMode: 0440 }
{{- end }}
{{- end }}

{{/* Where pods wait until another has migrated. */}}
{{- define "waitForMigrations" -}}
- name: wait-for-migrations
  image: {{ include "image" . }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [alembic-rollout, wait, --timeout, {{ .root.Values.migrations.startSeconds }}s]
  env:
    {{- include "databaseVariables" (merge (dict "direct" true) .) | nindent 4 }}
  securityContext: {{- include "containerSecurity" . | nindent 4 }}
  resources:
    requests: { cpu: 50m, memory: 96Mi }
    limits: { memory: 256Mi }
  volumeMounts:
    {{- include "mounts" . | nindent 4 }}
{{- end }}
