BEGIN TRANSACTION;
CREATE TABLE cells (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            column_number BLOB NOT NULL,
            row_number BLOB NOT NULL,
            size BLOB NOT NULL,
            layers BLOB NOT NULL
        );
INSERT INTO "cells" VALUES(1,2,X'0000000000000000',X'0000000000000000',X'0000000000002040',X'000000000000F03F0000000000000000000000000000F03F0000000000000040000000000000D03F0000000000001E40000000000000C03F000000000000E0BF');
CREATE TABLE curves (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            quantity TEXT NOT NULL,
            group_name TEXT NOT NULL,
            source TEXT NOT NULL,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            UNIQUE (run_id, quantity, group_name, source, arm, seed)
        );
INSERT INTO "curves" VALUES(1,1,'accuracy','A','validation','base',1);
CREATE TABLE ensemble_points (
            id INTEGER PRIMARY KEY,
            ensemble_id INTEGER NOT NULL REFERENCES ensembles ON DELETE CASCADE,
            kept INTEGER NOT NULL,
            x BLOB NOT NULL,
            count BLOB NOT NULL,
            mean BLOB NOT NULL,
            deviation BLOB NOT NULL,
            lowest BLOB NOT NULL,
            highest BLOB NOT NULL,
            traces BLOB NOT NULL
        );
CREATE TABLE ensembles (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            quantity TEXT NOT NULL,
            group_name TEXT NOT NULL,
            source TEXT NOT NULL,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            UNIQUE (run_id, quantity, group_name, source, arm, seed)
        );
CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            kind TEXT NOT NULL,
            x REAL,
            text TEXT NOT NULL
        );
INSERT INTO "events" VALUES(1,1,'notice',8.0,'Half of it is done.');
CREATE TABLE measured_cells (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            x REAL NOT NULL,
            y REAL NOT NULL,
            runs INTEGER NOT NULL,
            agreeing INTEGER NOT NULL,
            asymptotic_preference INTEGER NOT NULL,
            crossings INTEGER NOT NULL,
            diverges INTEGER NOT NULL
        );
INSERT INTO "measured_cells" VALUES(1,2,0.3,2.5,10,7,-1,4,1);
CREATE TABLE points (
            id INTEGER PRIMARY KEY,
            curve_id INTEGER NOT NULL REFERENCES curves ON DELETE CASCADE,
            x BLOB NOT NULL,
            value BLOB NOT NULL
        );
INSERT INTO "points" VALUES(1,1,X'000000000000000000000000000020400000000000003040',X'000000000000E03F000000000000E43F000000000000E83F');
CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            seed INTEGER NOT NULL,
            settings_hash TEXT NOT NULL,
            created REAL NOT NULL,
            finished REAL,
            summary TEXT,
            owner_pid INTEGER NOT NULL,
            owner_created REAL NOT NULL,
            settings TEXT NOT NULL,
            environment TEXT NOT NULL
        );
INSERT INTO "runs" VALUES(1,'training-1','training','done','',1,'352ea2ab4c33',1.79533463599947357182e+09,1.79533463602537846567e+09,'{"losses": [], "gap": null, "last_crossing": null, "curves": 1, "cells": 0, "crossed": null}',15423,1795334634.5,'version = 1
kind = "training"
seed = 1

[data]
set = "adult"
group = "gender"
validation_share = 0.25
test_share = 0.0

[trouble.class_imbalance]
strength = 0.0
label = ""
group = ""

[trouble.under_sampling]
strength = 0.0
group = ""
label = ""

[trouble.label_flips]
strength = 0.0
group = ""
label = ""
where = "training"

[trouble.shift]
strength = 0.0
column = ""
group = ""
label = ""
where = "held-out"

[trouble.outliers]
strength = 0.0
size = 10.0
column = ""
group = ""
label = ""
where = "training"

[trouble.units]
strength = 0.0
column = ""
group = ""
label = ""
where = "everywhere"

[trouble.missing]
strength = 0.0
mechanism = "at-random"
column = ""
group = ""
label = ""
where = "training"

[trouble.noise]
strength = 0

[trouble.proxy]
strength = 0.0
group = ""

[trouble.leak]
strength = 0.0
group = ""
label = ""
where = "until-test"

[trouble.duplicates]
strength = 0.0
group = ""
label = ""

[preparation]
imputation = "median"
indicator = "no"
scaling = "auto"
encoding = "one-hot"
rare_share = 0.0
outliers = "keep"
fences = "tukey"
outlier_reach = 1.5
outlier_share = 0.01
over_sampling = "none"
leave_out = []

[twin]
mistake = "none"
seeds = 5

[model]
network = "dense"
widths = [
    64,
    64,
]
filters = [
    8,
    16,
]
activation = "relu"
initialiser = "glorot-uniform"
batch_normalisation = "no"
dropout = 0.0
l1 = 0.0
l2 = 0.0

[loss]
name = "cross-entropy"
focal_gamma = 2.0
focal_balancing = "no"
focal_alpha = 0.25
adjustment = 1.0
label_smoothing = 0.0

[optimiser]
name = "adam"
learning_rate = 0.001
momentum = 0.9
beta_1 = 0.9
beta_2 = 0.999
rho = 0.9
epsilon = 1e-07
weight_decay = 0.004
clip_norm = 0.0
schedule = "constant"
decay_steps = 1000
decay_rate = 0.5
alpha = 0.0
power = 1.0
restart_stretch = 2.0
restart_height = 1.0
boundaries = []
factors = []
warmup_steps = 0
patience = 10
batch_size = 128
epochs = 20
steps = 0

[mitigation]
class_weighting = "none"
class_weights = []
effective_beta = 0.999
normalisation = "batch-size"

[stopping]
watch = "nothing"
patience = 10
least_gain = 0.0
weights = "best"

[output]
points = 200
','{"python": "3.11.7", "platform": "Linux", "machine": "x86_64", "processors": 2, "packages": {"bias-lab": "0.1.0", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "pandas": "3.1.1", "keras": "3.15.1", "tensorflow": "2.21.0"}}');
INSERT INTO "runs" VALUES(2,'map-1','phase-diagram','done','',1,'1318b66be760',1.79533463602619314195e+09,1.79533463603322839732e+09,'{"losses": [], "gap": null, "last_crossing": null, "curves": 0, "cells": 64, "crossed": 1.0}',15423,1795334634.5,'version = 1
kind = "phase-diagram"
seed = 1

[mixture]
representation = 0.8
variance_plus = 0.25
variance_minus = 1.3
rule_similarity = 0.35
label_correlation_plus = 0.0
label_correlation_minus = 0.0
shift = 0.0
threshold_plus = 0.0
threshold_minus = 0.0

[learning]
loss = "squared"
focal_gamma = 2.0
hinge_sharpness = 5.0
learning_rate = 0.25
schedule = "constant"
decay_steps = 20.0
decay_rate = 0.5
alpha = 0.0
warmup_steps = 5.0
weight_decay = 0.0
batch_size = 1
group_weights = []
class_weights = [
    1.0,
    1.0,
]
initial_norm = 0.02
initial_overlaps = []
duration = 100.0

[mitigation]
sampling = "as-represented"
decision_thresholds = []
switch_time = 0.0
later_group_weights = []
later_class_weights = [
    1.0,
    1.0,
]
later_sampling = "as-represented"

[map]
x = "mixture.representation"
x_range = []
x_scale = "as-its-slider"
y = "mixture.variance_minus"
y_range = []
y_scale = "as-its-slider"
resolution = 128
measure = "loss"
measured_cells = 0
measured_at = []
contours = "none"

[simulation]
dimension = 300
runs = 10
method = "reduced"
','{"python": "3.11.7", "platform": "Linux", "machine": "x86_64", "processors": 2, "packages": {"bias-lab": "0.1.0", "numpy": "2.4.6", "scipy": "1.17.1", "scikit-learn": "1.9.1", "pandas": "3.1.1", "keras": "3.15.1", "tensorflow": "2.21.0"}}');
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX points_by_curve ON points (curve_id);
CREATE INDEX events_by_run ON events (run_id);
CREATE INDEX ensemble_points_by_ensemble ON ensemble_points (ensemble_id);
CREATE INDEX cells_by_run ON cells (run_id);
CREATE INDEX measured_cells_by_run ON measured_cells (run_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',2);
COMMIT;
PRAGMA user_version = 3;
